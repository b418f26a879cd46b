import type { ComputeDtype, GpuSpec } from '../../src/catalog/gpu-spec.ts';
import type { PlanDocument } from '../../src/plan/plan-document.ts';

export interface RooflineFigures {
  readonly tpotMs: number;
  /** null: the GPU states no compute rate. */
  readonly ttftMs: number | null;
}

/**
 * What a calculator with a datasheet would say: no kernel, no queue, no overhead, every unit at its peak.
 *
 *   TPOT = (weight bytes + KV bytes of the users) / bandwidth     TTFT = 2 × active parameters × prompt tokens / peak
 *
 * A mixture of experts reads the weights that its users activate, at most all. Users share the replicas evenly; those that the limit on
 * sequences or the KV cache keeps out are not read. The KV bytes of a user are those of a request at the full length, scaled to
 * prompt + half of the output. Pipeline stages follow each other; tensor ranks work at once.
 *
 * null: the document has no memory plan to read from.
 */
export function rooflineOf(document: PlanDocument, gpu: GpuSpec): RooflineFigures | null {
  const { memory, workload, config } = document;
  const cache = memory.kv_cache;
  if (memory.workers.length === 0 || cache === null) return null;
  const reads = readsOf(document, cache);
  const held = (cache.max_concurrency * cache.max_model_len) / (workload.prompt_tokens + workload.gen_tokens);
  const most = Math.max(1, Math.min(config.max_num_seqs, held));
  const stepS = (users: number): number => reads(users) / gpu.memoryBandwidthBytesPerS.value;
  const peak = peakOf(document, gpu);
  return {
    tpotMs: 1000 * stepS(usersOf(document, most, stepS)),
    ttftMs: peak === null ? null : (1000 * promptFlops(document)) / (peak * config.tensor_parallel_size),
  };
}

/** Bytes of weights and KV cache that one GPU reads for one token of each of its users, over all pipeline stages. */
function readsOf({ memory, workload, config, model }: PlanDocument, cache: KvCache): (users: number) => number {
  const { data_parallel_size: replicas, pipeline_parallel_size: stages } = config;
  const ranks = sum(memory.workers.map(({ count }) => count));
  const weightBytes = (stages * sum(memory.workers.map((worker) => worker.weights_bytes * worker.count))) / ranks;
  const contextTokens = workload.prompt_tokens + workload.gen_tokens / 2;
  const kvBytes = stages * cache.bytes_per_request * Math.min(1, contextTokens / cache.max_model_len);
  const sharing = config.enable_expert_parallel ? replicas : 1;
  return (users) => weightBytes * Math.min(1, activeFraction(model) * users * sharing) + users * kvBytes;
}

/** Users of one replica. With a request rate, as many as Little's law gives: rate × output tokens × time per token. */
function usersOf({ workload, config }: PlanDocument, most: number, stepS: (users: number) => number): number {
  const share = 1 / config.data_parallel_size;
  if (workload.request_rate === null) return Math.max(1, Math.min(most, workload.concurrency * share));
  let users = 1;
  for (let round = 0; round < LITTLE_ROUNDS; round++) {
    users = Math.max(1, Math.min(most, workload.request_rate * share * workload.gen_tokens * stepS(users)));
  }
  return users;
}

/** The fixed point is monotone and capped; more rounds change no printed digit. */
const LITTLE_ROUNDS = 100;

function promptFlops({ model, workload }: PlanDocument): number {
  return 2 * model.parameters * activeFraction(model) * workload.prompt_tokens;
}

function activeFraction({ active_parameters, parameters }: PlanDocument['model']): number {
  return (active_parameters ?? parameters) / parameters;
}

type KvCache = NonNullable<PlanDocument['memory']['kv_cache']>;

/** The unit that the datasheet names for the weights' dtype, else the 16-bit one. */
function peakOf({ model }: PlanDocument, { denseFlopsPerS }: GpuSpec): number | null {
  const named = UNIT_OF_WORD.find(({ word }) => word.test(model.quantization))?.unit;
  const units: readonly (ComputeDtype | undefined)[] = [named, 'bf16', 'fp16', 'fp32'];
  for (const unit of units) {
    const peak = unit === undefined ? undefined : denseFlopsPerS[unit];
    if (peak !== undefined) return peak.value;
  }
  return null;
}

/** Formats with weights of several widths, or 4-bit weights beside wide activations, are not here: they multiply in 16 bits. */
const UNIT_OF_WORD: readonly { readonly word: RegExp; readonly unit: ComputeDtype }[] = [
  { word: /nvfp4|modelopt_fp4/, unit: 'fp4' },
  { word: /fp8|^modelopt$/, unit: 'fp8' },
];

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
