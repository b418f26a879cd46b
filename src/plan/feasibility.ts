import { GIB } from '../units/bytes.ts';
import { type Evaluation, starts } from './evaluate.ts';
import type { FeasibilitySection } from './plan-document.ts';
import type { PlanRequest } from './plan-request.ts';

/** Headroom from which the original calls the risk low. @source the Python original's rule */
const LOW_RISK_GIB = 2;
/** Share of the budget from which the KV cache is called tight. @source the Python original's rule */
const KV_PRESSURE = 0.5;

const NOTHING: FeasibilitySection = {
  fits: false,
  oom_risk: 'high',
  vram_total_gb: 0,
  vram_target_alloc_gb: 0,
  weights_gb: 0,
  kv_cache_gb: 0,
  overhead_gb: 0,
  headroom_gb: 0,
  max_concurrency_at_context: 0,
  max_context_at_concurrency: 0,
  warnings: [],
};

/** Headroom of the tensor-parallel group at the asked concurrency, GiB; negative when it does not fit. */
export function headroomGib(evaluation: Evaluation, request: PlanRequest): number {
  const sums = groupSums(evaluation, request);
  return sums === null ? Number.NEGATIVE_INFINITY : sums.target - sums.weights - sums.kv - sums.overhead;
}

interface GroupSums {
  readonly total: number;
  readonly target: number;
  readonly weights: number;
  readonly kv: number;
  readonly overhead: number;
}

/** GiB over one tensor-parallel group of rank 0's stage, from the exact model of one worker. */
function groupSums({ answer, settings }: Evaluation, { workload, policy }: PlanRequest): GroupSums | null {
  const worker = answer?.memory.workers[0];
  if (answer === null || worker === undefined) return null;
  const tp = settings.tensorParallelSize;
  const gib = (bytes: number): number => (bytes * tp) / GIB;
  const requests = Math.ceil(workload.concurrency / settings.dataParallelSize);
  const kv = gib((answer.memory.kvCache?.bytesPerRequest ?? 0) * requests) * (policy.fragmentationFactor ?? 1);
  const graphs = worker.cudaGraphInBudget ? worker.cudaGraphBytes : 0;
  return {
    total: gib(worker.totalBytes),
    target: gib(worker.requestedBytes),
    weights: gib(worker.weightsBytes),
    kv,
    overhead: policy.overheadGib ?? gib(worker.peakActivationBytes + worker.nonTorchBytes + graphs),
  };
}

/** The original's summary block over the exact model (design: fits additionally needs that the engine starts). */
export function feasibility(evaluation: Evaluation, request: PlanRequest): FeasibilitySection {
  const sums = groupSums(evaluation, request);
  if (sums === null || evaluation.answer === null) return { ...NOTHING, warnings: ['The engine refuses this configuration.'] };
  const { memory, contextFor } = evaluation.answer;
  const headroom = headroomGib(evaluation, request);
  const requests = Math.ceil(request.workload.concurrency / evaluation.settings.dataParallelSize);
  return {
    fits: starts(evaluation) && headroom >= request.policy.headroomGib,
    oom_risk: headroom >= LOW_RISK_GIB ? 'low' : headroom >= 0 ? 'medium' : 'high',
    vram_total_gb: round(sums.total),
    vram_target_alloc_gb: round(sums.target),
    weights_gb: round(sums.weights),
    kv_cache_gb: round(sums.kv),
    overhead_gb: round(sums.overhead),
    headroom_gb: round(Math.max(0, headroom)),
    max_concurrency_at_context: Math.floor(memory.kvCache?.maxConcurrency ?? 0) * evaluation.settings.dataParallelSize,
    max_context_at_concurrency: memory.kvCache === null ? 0 : (contextFor(requests, 0) ?? 0),
    warnings: warnings(sums, headroom, request.policy.headroomGib),
  };
}

function warnings({ target, weights, kv, overhead }: GroupSums, headroom: number, wanted: number): string[] {
  const found: string[] = [];
  const required = weights + kv + overhead;
  if (headroom < 0) found.push(`Does not fit: ${round(required)} GiB required, ${round(target)} GiB available.`);
  else if (headroom < wanted) found.push(`Risk of running out of memory: ${round(headroom)} GiB of headroom, ${wanted} GiB wanted.`);
  if (kv > KV_PRESSURE * target) found.push(`The KV cache takes ${Math.round((100 * kv) / target)} % of the memory budget.`);
  return found;
}

/** GiB to three decimals: about 1 MiB. */
function round(gib: number): number {
  return Math.round(gib * 1000) / 1000;
}
