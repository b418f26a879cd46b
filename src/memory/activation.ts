import type { EngineSettings } from '../engine/engine-settings.ts';
import type { EngineRules } from '../engine/rules.ts';
import type { LayerSpec, ModelSpec } from '../model/model-spec.ts';
import type { ExpertsSpec, LinearSpec } from '../model/module-spec.ts';
import { MIB } from '../units/bytes.ts';
import { sum } from '../units/integers.ts';
import { headsOfRank, type Layout, type Stage, shareOf } from './layout.ts';
import { sparseKeptBytes, sparseTransientBytes } from './sparse-workspace.ts';

/**
 * Peak of torch's allocator during the profile run, on top of the weights, by what the engine's source allocates
 * (vllm-memory §4). T is max_num_batched_tokens, R = min(T, max_num_seqs) the rows that are sampled, b the bytes of an
 * activation, H the hidden size, V the vocabulary.
 *
 *   peak = kept + max(layer, sampler) + cuBLAS workspace
 *
 * The layer term is the widest layer's transient tensors, the sampler term runs on the last stage after the layers while
 * the hidden states are alive. Kept is the workspace that layers share from 0.13 on (experts, sparse attention), the encoder's outputs and the tensors passed
 * between pipeline stages.
 */
export interface ActivationInput {
  readonly model: ModelSpec;
  readonly settings: EngineSettings;
  readonly rules: EngineRules;
  readonly layout: Layout;
  readonly stage: Stage;
  readonly gpu: { readonly computeCapability: string | null; readonly multiprocessors: number };
}

export interface ActivationBytes {
  /** Freed again before the pass ends. */
  readonly transientBytes: number;
  /** Stays allocated: workspaces. */
  readonly keptBytes: number;
}

/**
 * Live copies of the hidden states beside a layer's own tensors: attention output, residual before and after, norm.
 *
 * @source vLLM 0.19.0 debug logs on H100: CodeLlama-7B 0.77 GiB and Granite-3.1-8B 0.85 GiB of peak at T = 8192 leave
 *   3.7 to 3.8 × T × H × b after the gate, up and activation tensors and 32 MiB of cuBLAS workspace
 */
const HIDDEN_COPIES = 3.75;

/** cuBLAS workspace of a handle: 32 MiB from Hopper on, 8.5 MiB before. @source torch, ATen/cuda/CublasHandlePool.cpp */
const CUBLAS_WORKSPACE_BYTES = { hopper: 32 * MIB, older: 8.5 * MIB } as const;

export function activationPeak(input: ActivationInput): ActivationBytes {
  const { model, settings, stage } = input;
  const layers = model.layers.slice(stage.start, stage.end);
  const sparse = sparseTransientBytes({ settings, rules: input.rules, layers });
  const layerBytes = Math.max(0, ...distinct(layers).map((layer) => layerTransient(layer, sparse, input)));
  const samplerBytes = stage.isLast && model.task === 'generate' ? samplerTransient(input) : 0;
  const between = settings.pipelineParallelSize > 1 ? 2 * hiddenBytes(input) : 0;
  return {
    transientBytes: Math.max(layerBytes, samplerBytes) + cublasWorkspace(input.gpu.computeCapability),
    keptBytes: keptWorkspace(layers, input) + between,
  };
}

function distinct<T>(items: readonly T[]): readonly T[] {
  return [...new Set(items)];
}

function hiddenBytes({ model, settings }: ActivationInput): number {
  return settings.maxNumBatchedTokens * model.hiddenSize * settings.dtypeBytes;
}

function cublasWorkspace(capability: string | null): number {
  return capability !== null && Number(capability) >= 9 ? CUBLAS_WORKSPACE_BYTES.hopper : CUBLAS_WORKSPACE_BYTES.older;
}

/** The widest of attention and feed-forward part of one layer. */
function layerTransient(layer: LayerSpec, sparse: number, input: ActivationInput): number {
  const hidden = HIDDEN_COPIES * hiddenBytes(input);
  const linears = layer.modules.filter((module): module is LinearSpec => module.kind === 'linear');
  const experts = layer.modules.find((module): module is ExpertsSpec => module.kind === 'experts');
  const dense = denseTensors(linears, 'mlp', input);
  const mixture = experts === undefined ? 0 : mixtureTensors(experts, input) + denseTensors(linears, 'shared-expert', input);
  return hidden + Math.max(dense, mixture, attentionTensors(linears, input), latentTensors(input), sparse);
}

/** gate_up output and activation output: 3 × I / tp rows of T; 2 × I / tp without a gate. */
function denseTensors(linears: readonly LinearSpec[], role: LinearSpec['role'], { settings, layout }: ActivationInput): number {
  const up = linears.filter((linear) => linear.role === role && linear.split === 'column');
  const outputs = sum(up.flatMap((linear) => linear.parts.map((part) => part.outFeatures)));
  const activated = Math.max(0, ...up.flatMap((linear) => linear.parts.map((part) => part.outFeatures)));
  return settings.maxNumBatchedTokens * settings.dtypeBytes * shareOf(outputs + activated, layout.tensorParallel);
}

/** qkv output and the split, rotated copy of q and k. */
function attentionTensors(linears: readonly LinearSpec[], { settings, layout }: ActivationInput): number {
  const qkv = linears.filter((linear) => (linear.role === 'attention' || linear.role === 'state') && linear.split === 'column');
  const width = sum(qkv.flatMap((linear) => linear.parts.map((part) => part.outFeatures)));
  return 2 * settings.maxNumBatchedTokens * settings.dtypeBytes * shareOf(width, layout.tensorParallel);
}

/**
 * Latent attention up-projects a workspace of cached tokens in chunks during the profile run:
 *
 *   rows × heads / tp × (nope + v) × b,  rows = max(min(max(8 × max_model_len, 4 × max_num_seqs × block), cap), block)
 *
 * @source vLLM v1/attention/backends/mla/common.py `determine_chunked_prefill_workspace_size` (vllm-memory §4.2)
 */
function latentTensors({ model, settings, layout, rules }: ActivationInput): number {
  const { mla } = model;
  if (mla === null) return 0;
  const { maxModelLen, maxNumSeqs, blockSize, dtypeBytes, maxNumBatchedTokens } = settings;
  const rows = Math.max(Math.min(Math.max(8 * maxModelLen, 4 * maxNumSeqs * blockSize), rules.mlaWorkspaceRows), blockSize);
  const heads = shareOf(model.attentionHeads, layout.tensorParallel);
  const queries = heads * (2 * (mla.qkNopeHeadDim + mla.qkRopeHeadDim) + mla.qkNopeHeadDim + 2 * mla.vHeadDim);
  return dtypeBytes * (maxNumBatchedTokens * queries + rows * heads * (mla.qkNopeHeadDim + mla.vHeadDim));
}

/** Output of the experts, and their workspaces where these are not kept. */
function mixtureTensors(experts: ExpertsSpec, input: ActivationInput): number {
  const own = input.rules.keepsMoeWorkspace ? 0 : moeWorkspace(experts, input);
  return own + hiddenBytes(input);
}

function keptWorkspace(layers: readonly LayerSpec[], input: ActivationInput): number {
  const { settings, rules, gpu, model, layout } = input;
  if (!rules.keepsMoeWorkspace) return 0;
  const heads = headsOfRank(model.attentionHeads, layout.tensorParallel);
  const sparse = sparseKeptBytes({ settings, rules, layers, computeCapability: gpu.computeCapability, heads });
  const mixtures = distinct(layers).flatMap((layer) => layer.modules.filter((module) => module.kind === 'experts'));
  return Math.max(sparse, ...mixtures.map((experts) => moeWorkspace(experts, input)));
}

/**
 * Workspaces of the modular fused-MoE kernels, for M = min(T, chunk) tokens and k experts a token:
 *
 *   M × k × max(activation output, H) × b  +  M × k × max(gate and up output, H) × b
 *
 * MXFP4 experts run in Triton kernels that make their own, transient tensors instead.
 *
 * @source vLLM model_executor/layers/fused_moe/fused_moe.py `workspace_shapes`, v1/worker/workspace.py
 */
function moeWorkspace(experts: ExpertsSpec, { model, settings, layout, rules }: ActivationInput): number {
  if (model.quantization.experts.kind === 'mxfp4') return 0;
  const tokens = Math.min(settings.maxNumBatchedTokens, rules.moeChunkTokens ?? Number.MAX_SAFE_INTEGER);
  const intermediate = layout.expertParallel ? experts.intermediateSize : shareOf(experts.intermediateSize, layout.tensorParallel);
  const gateUp = intermediate * (experts.gated ? 2 : 1);
  const rows = tokens * experts.perToken;
  return rows * settings.dtypeBytes * (Math.max(intermediate, experts.hiddenSize) + Math.max(gateUp, experts.hiddenSize));
}

/** Bytes a logit costs while the sampler runs, beside the logits themselves in the model's dtype (`b`). */
const SAMPLER_BYTES_PER_LOGIT = {
  /**
   * float32 copy, sorted values, int64 indices, sort scratch, probabilities.
   *
   * @source start-up logs before 0.17: 38.0 B in all for Qwen3-235B (L40S, 0.10.2), 39 B for Gemma-3-4B (B200)
   */
  sort: 36,
  /** float32 copy, probabilities and exponential noise of the native sampler. @source vLLM v1/sample/ops/topk_topp_sampler.py */
  triton: 12,
  flashinfer: 12,
} as const;

/** float32 copy alone: the dummy batch of runner V2 asks for no top-k or top-p. @source vLLM v1/worker/gpu/model_runner.py */
const V2_SAMPLER_BYTES_PER_LOGIT = 4;

/**
 * Logits and sampler on R rows, with the hidden states of the pass and two row copies alive:
 *
 *   R × V × (b + c) + min(SMs, R) × V × 4 + T × H × b + 2 × R × H × b
 *
 * The second term is the row buffer of the Triton top-k/top-p kernel, one for each program.
 *
 * @source vLLM v1/worker/gpu_model_runner.py `_dummy_sampler_run`, v1/sample/ops/topk_topp_triton.py
 */
function samplerTransient(input: ActivationInput): number {
  const { model, settings, rules, gpu } = input;
  const rows = Math.min(settings.maxNumBatchedTokens, settings.maxNumSeqs);
  const perLogit = settings.modelRunner === 'v2' ? V2_SAMPLER_BYTES_PER_LOGIT : SAMPLER_BYTES_PER_LOGIT[rules.sampler];
  const filterRows = settings.modelRunner === 'v1' && rules.sampler !== 'sort' ? Math.min(gpu.multiprocessors, rows) : 0;
  const logits = rows * model.vocabSize * (settings.dtypeBytes + perLogit) + filterRows * model.vocabSize * 4;
  return logits + hiddenBytes(input) + 2 * rows * model.hiddenSize * settings.dtypeBytes;
}
