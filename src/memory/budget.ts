import type { GpuSpec } from '../catalog/gpu-spec.ts';
import type { EngineSettings } from '../engine/engine-settings.ts';
import { otherSwitch } from '../engine/other-flags.ts';
import type { EngineRules } from '../engine/rules.ts';
import type { ServeArgs } from '../engine/serve-args.ts';
import type { ModelSpec } from '../model/model-spec.ts';
import { bytes, GIB } from '../units/bytes.ts';
import { remembered } from '../units/remembered.ts';
import { activationPeak } from './activation.ts';
import { graphBytes, loraGraphCases } from './cuda-graphs.ts';
import { draftKind, draftLayers } from './draft-layers.ts';
import { encoderPeak } from './encoder-peak.ts';
import type { Layout, Stage } from './layout.ts';
import type { LoraSlots } from './lora-bytes.ts';
import type { WorkerMemory } from './memory-plan.ts';
import { COMMUNICATOR_BYTES, FRAGMENTATION_BYTES, nonTorchBytes, runnerBufferBytes, TYPICAL_CONTEXT_BYTES } from './non-torch.ts';
import { capabilityNumber, weightKernelsFor } from './weight-kernels.ts';
import { type WeightOptions, weightsOfRank } from './weights.ts';

export interface BudgetInput {
  readonly model: ModelSpec;
  /** The separate draft model, where speculation has one that is known. */
  readonly draft: ModelSpec | null;
  readonly gpu: GpuSpec;
  /** What the driver reports to CUDA. */
  readonly totalBytes: number;
  readonly fastLink: boolean;
  readonly args: ServeArgs;
  readonly settings: EngineSettings;
  readonly rules: EngineRules;
  readonly layout: Layout;
}

/** Multiprocessors of a card that the catalog has no figure for; sizes one row buffer of the sampler. @source H100: 132 */
const TYPICAL_MULTIPROCESSORS = 132;

/**
 * The budget of one pipeline stage's first rank, by the formula of its release:
 *
 *   available = requested − weights − peak − non-torch − graph estimate where that release subtracts it
 *
 * 0.27 and later also charge the runner's own buffers and what the allocator holds back, because they read the driver's
 * free-memory counter.
 *
 * @source vLLM v1/worker/gpu_worker.py `determine_available_memory` (vllm-memory §1.1)
 */
export function workerBudget(input: BudgetInput, stage: Stage, count: number): WorkerMemory {
  const { gpu, args, settings, rules, totalBytes } = input;
  const weights = workerWeights(input, stage);
  const offloaded = Math.min(weights, (args.cpuOffloadGib ?? 0) * GIB);
  const peak = peakOf(input, stage);
  const nonTorch = nonTorchOf(input);
  const drafting = stage.isLast ? draftLayers(input.model, settings, input.draft).length : 0;
  const cases = loraGraphCases(args, settings.version);
  const graphs = graphBytes(input.model, stage.end - stage.start + drafting, settings, rules, gpu.vendor === 'amd', cases);
  const requested = requestedBytes(totalBytes, settings.gpuMemoryUtilization, rules);
  const buffers = rules.budget === 'consumed' ? heldBack(input) : 0;
  const held = weights - offloaded;
  const available = args.kvCacheMemoryBytes ?? Math.floor(requested - held - peak - nonTorch - buffers - graphs.estimateBytes);
  return {
    ppRank: stage.index,
    count,
    totalBytes: bytes(totalBytes),
    requestedBytes: bytes(Math.round(requested)),
    weightsBytes: bytes(Math.round(held)),
    offloadedBytes: bytes(Math.round(offloaded)),
    peakActivationBytes: bytes(Math.round(peak)),
    nonTorchBytes: bytes(Math.round(nonTorch + buffers)),
    cudaGraphBytes: bytes(graphs.inBudget ? Math.round(graphs.estimateBytes) : graphs.capturedBytes),
    cudaGraphInBudget: graphs.inBudget,
    availableKvCacheBytes: available,
    outsideBudgetBytes: bytes(Math.round(outsideBudget(input, graphs))),
  };
}

function heldBack({ settings, rules, model }: BudgetInput): number {
  return runnerBufferBytes(settings, model.vocabSize) + (rules.limitsAllocatorSplit ? 0 : FRAGMENTATION_BYTES);
}

/** @source vLLM v1/worker/utils.py `request_memory` */
function requestedBytes(totalBytes: number, utilization: number, rules: EngineRules): number {
  const product = totalBytes * utilization;
  return rules.requestedRoundsUp ? Math.ceil(product) : product;
}

/** The stage's share of the model, and on the last stage the separate draft model, which is loaded beside it. */
function workerWeights({ model, draft, gpu, settings, layout, args }: BudgetInput, stage: Stage): number {
  const capability = gpu.computeCapability === undefined ? null : capabilityNumber(gpu.computeCapability);
  const options = {
    dtype: settings.dtype,
    kernels: weightKernelsFor({ capability, version: settings.version, lora: args.enableLora }),
    splitTowers: args.mmEncoderTpMode !== 'data',
    towers: !args.languageModelOnly,
    loraSlots: loraSlots(args),
  };
  const method = settings.speculativeMethod;
  const speculation = method === null ? null : { method, version: settings.version };
  const own = stageWeights(model, { layout, stage: stage.index, options: { ...options, draft: speculation } });
  if (draft === null || !stage.isLast || draftKind(method) !== 'model') return own;
  return own + stageWeights(draft, { layout: { ...layout, pipelineParallel: 1 }, stage: 0, options: { ...options, loraSlots: null } });
}

/** @source vLLM config/lora.py: one slot of rank 16 where nothing is said */
function loraSlots(args: ServeArgs): LoraSlots | null {
  if (!args.enableLora) return null;
  return { maxLoras: args.maxLoras ?? 1, rank: args.maxLoraRank ?? 16, fullySharded: otherSwitch(args, '--fully-sharded-loras') };
}

interface StageQuestion {
  readonly layout: Layout;
  readonly stage: number;
  readonly options: Omit<WeightOptions, 'quantization'>;
}

/** Remembered: the sum goes over every tensor of the model, a third of the time that a row of a batch takes. */
const stageWeights = remembered(
  (model: ModelSpec, { layout, stage, options }: StageQuestion): number =>
    weightsOfRank(model, layout, { stage, tensorRank: 0, dataRank: 0 }, { ...options, quantization: model.quantization }).total,
  (question) => JSON.stringify(question),
);

function peakOf(input: BudgetInput, stage: Stage): number {
  const { model, settings, rules, layout, gpu } = input;
  const card = { computeCapability: gpu.computeCapability ?? null, multiprocessors: gpu.multiprocessors?.value ?? TYPICAL_MULTIPROCESSORS };
  const language = activationPeak({ model, settings, rules, layout, stage, gpu: card });
  const encoder = stage.isFirst ? encoderPeak(model, settings, input.args, layout) : { transientBytes: 0, keptBytes: 0 };
  return Math.max(encoder.transientBytes, encoder.keptBytes + language.keptBytes + language.transientBytes);
}

function nonTorchOf({ settings, rules, fastLink, gpu }: BudgetInput): number {
  const contextBytes = gpu.contextBytes?.value ?? TYPICAL_CONTEXT_BYTES;
  return nonTorchBytes({ settings, rules, fastLink, computeCapability: gpu.computeCapability ?? null, contextBytes });
}

/** Context, communicators made before the snapshot, and graphs that the budget does not count. */
function outsideBudget(
  { gpu, settings, rules, fastLink }: BudgetInput,
  graphs: { readonly capturedBytes: number; readonly inBudget: boolean },
): number {
  const context = rules.budget === 'absolute' ? 0 : (gpu.contextBytes?.value ?? TYPICAL_CONTEXT_BYTES);
  const ranks = settings.tensorParallelSize * settings.pipelineParallelSize;
  const communicators = rules.distributedBeforeSnapshot && ranks > 1 ? COMMUNICATOR_BYTES * (fastLink ? 1 : 0.2) : 0;
  return context + communicators + (graphs.inBudget ? 0 : graphs.capturedBytes);
}
