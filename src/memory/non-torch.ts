import type { EngineSettings } from '../engine/engine-settings.ts';
import type { EngineRules } from '../engine/rules.ts';
import { GIB, MIB } from '../units/bytes.ts';

export interface NonTorchInput {
  readonly settings: EngineSettings;
  readonly rules: EngineRules;
  /** GPUs of the group talk over NVLink (or another direct fabric). */
  readonly fastLink: boolean;
  readonly computeCapability: string | null;
  /** CUDA context of an idle card, where known. */
  readonly contextBytes: number;
}

/** Kernels and modules loaded while profiling. @source vLLM 0.19.0 debug logs on H100, one GPU: 0.24 to 0.26 GiB, Granite 0.46 */
const LAZY_MODULES_BYTES = 0.25 * GIB;

/** The same where a stage has no tensor-parallel group of its own. @source vLLM 0.19.0, PP2 and PP4 on H100: 0.07 GiB on every rank */
const LAZY_MODULES_PIPELINE_BYTES = 0.07 * GIB;

/**
 * What tensor parallelism adds over NVLink when graphs are captured inside the profiling window (0.18 to 0.26, runner V1):
 * NCCL channels and registered buffers. Little of it depends on the number of ranks.
 *
 * @source vLLM 0.19.0 debug logs on H100: 2.06 to 2.10 GiB in all at TP2, 2.13 to 2.21 at TP4
 */
const GROUP_WITH_GRAPHS_BYTES = { base: 1.78 * GIB, perDoubling: 0.05 * GIB } as const;

/**
 * The same without graphs in the window: communication buffers made on first use, more of them from Hopper on (NVLS,
 * symmetric memory).
 *
 * @source H100 TP8 eager: 0.9 GiB in all at two utilisations; A100 TP2: 0.43
 */
const GROUP_BYTES = { hopper: 0.65 * GIB, older: 0.2 * GIB } as const;

/** Over PCIe the engine uses neither custom all-reduce nor symmetric memory. @source L40S TP8 0.10.2: 0.21 GiB; RTX PRO 6000 TP8: 0.3 */
const GROUP_PCIE_BYTES = 0.05 * GIB;

/** NCCL communicators of a group before anything runs. @source free memory at start, H100: 78.68 GiB at TP1, 77.66 at TP2, 77.64 at TP4 */
export const COMMUNICATOR_BYTES = 1.03 * GIB;

/** Growth of memory outside torch from the first snapshot to the end of profiling; the whole of it where nothing was there before. */
export function nonTorchBytes(input: NonTorchInput): number {
  const { settings, rules, fastLink, contextBytes } = input;
  const { tensorParallelSize: tp, pipelineParallelSize: pp } = settings;
  const before = rules.distributedBeforeSnapshot || tp * pp === 1 ? 0 : COMMUNICATOR_BYTES * (fastLink ? 1 : 0.2);
  const context = rules.budget === 'absolute' ? contextBytes : 0;
  return Math.round(context + before + duringProfile(input));
}

function duringProfile({ settings, rules, fastLink, computeCapability }: NonTorchInput): number {
  const { tensorParallelSize: tp, pipelineParallelSize: pp, cudagraphMode, modelRunner } = settings;
  if (tp === 1) return pp > 1 ? LAZY_MODULES_PIPELINE_BYTES : LAZY_MODULES_BYTES;
  if (!fastLink) return LAZY_MODULES_BYTES + GROUP_PCIE_BYTES;
  const graphsInWindow = rules.profilesGraphsInWindow && modelRunner === 'v1' && cudagraphMode !== 'NONE';
  if (graphsInWindow) return LAZY_MODULES_BYTES + GROUP_WITH_GRAPHS_BYTES.base + GROUP_WITH_GRAPHS_BYTES.perDoubling * Math.log2(tp);
  const hopper = computeCapability !== null && Number(computeCapability) >= 9;
  return LAZY_MODULES_BYTES + (hopper ? GROUP_BYTES.hopper : GROUP_BYTES.older);
}

/** CUDA context and driver reservation of an idle card that the catalog has no figure for. @source vllm-memory §5: 0.23 (L4) to 0.53 GiB (H100) */
export const TYPICAL_CONTEXT_BYTES = 0.5 * GIB;

/**
 * Buffers that the model runner keeps from the start. Charged by the `consumed` budget of 0.27 on alone: the older
 * formula measures torch from after they are made.
 *
 *   runner V2: max_num_seqs × V × 4 (output counts) + max_num_seqs × V / 8 (prompt mask)
 *   both: ids and positions, T × 64; block tables, max_num_seqs × ceil(M / bs) × 4
 *
 * @source vLLM v1/worker/gpu/sample/penalties.py, v1/worker/block_table.py (vllm-memory §4.2)
 */
export function runnerBufferBytes(settings: EngineSettings, vocabSize: number): number {
  const { maxNumSeqs, maxNumBatchedTokens, maxModelLen, blockSize, modelRunner } = settings;
  const sampler = modelRunner === 'v2' ? maxNumSeqs * (vocabSize * 4 + Math.ceil(vocabSize / 32) * 4) : 0;
  return sampler + maxNumBatchedTokens * 64 + maxNumSeqs * Math.ceil(maxModelLen / blockSize) * 4;
}

/** Reserved but unused allocator segments that the free-memory counter sees; 0.28 limits them. @source vllm-memory §1.1: 0.05 to 0.3 GiB */
export const FRAGMENTATION_BYTES = 100 * MIB;
