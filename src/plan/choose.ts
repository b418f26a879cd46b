import type { ServeArgs } from '../engine/serve-args.ts';
import { batchKnobs } from '../recommend/batch-knobs.ts';
import { CONCESSIONS } from '../recommend/concessions.ts';
import { type ReplicaLayout, replicaLayouts } from '../recommend/layouts.ts';
import { GIB } from '../units/bytes.ts';
import { type Evaluation, evaluate, starts } from './evaluate.ts';
import { headroomGib } from './feasibility.ts';
import type { PlanRequest, WorkloadInput } from './plan-request.ts';
import { roughlyTimed, type TimedEvaluation } from './timed-evaluation.ts';

/** The configuration that the plan proposes, and why. */
export interface Choice {
  readonly chosen: TimedEvaluation;
  /** Reasons by configuration field. */
  readonly reasons: Readonly<Record<string, string>>;
}

interface Candidate {
  readonly evaluation: TimedEvaluation;
  readonly layout: ReplicaLayout;
  readonly reasons: Readonly<Record<string, string>>;
}

/**
 * Picks a configuration: among those that start with headroom for the asked load, the one with the fewest GPUs a replica,
 * then the fastest; a latency mode or target turns the last two around. Concessions (a smaller token budget, higher
 * utilisation, an fp8 cache, no graphs) are tried one after the other, only where no layout does without. Ties go to the
 * smaller pipeline. Where nothing starts, the candidate that comes closest is returned as it fails.
 */
export function choose(given: PlanRequest): Choice {
  const request = { ...given, args: { ...given.args, model: given.model.id } };
  let args = request.args;
  let reasons: Record<string, string> = {};
  const found: Candidate[] = [];
  for (const concession of CONCESSIONS) {
    const next = concession.apply(args, request.model, request.hardware.gpu);
    if (found.length > 0 && next === args) continue;
    reasons = { ...reasons, ...changedFields(args, next, concession.reason) };
    args = next;
    const best = bestOf(request, args, reasons);
    if (best === null) continue;
    if (isComfortable(best, request)) return { chosen: best.evaluation, reasons: best.reasons };
    found.push(best);
  }
  const closest = closestOf(found, request);
  return closest === null
    ? { chosen: roughlyTimed(request, evaluate(request, request.args)), reasons: {} }
    : { chosen: closest.evaluation, reasons: closest.reasons };
}

/** Where nothing is comfortable: what starts with the most headroom, else the engine's defaults as they fail. */
function closestOf(found: readonly Candidate[], request: PlanRequest): Candidate | null {
  const starting = found.filter(({ evaluation }) => starts(evaluation));
  return [...starting].sort((a, b) => closeness(b, request) - closeness(a, request))[0] ?? found[0] ?? null;
}

const FIELD_NAMES: readonly (readonly [keyof ServeArgs, string])[] = [
  ['maxNumBatchedTokens', 'max_num_batched_tokens'],
  ['gpuMemoryUtilization', 'gpu_memory_utilization'],
  ['kvCacheDtype', 'kv_cache_dtype'],
  ['enforceEager', 'enforce_eager'],
];

function changedFields(before: ServeArgs, after: ServeArgs, reason: string): Record<string, string> {
  return Object.fromEntries(FIELD_NAMES.filter(([key]) => before[key] !== after[key]).map(([, name]) => [name, reason]));
}

function bestOf(request: PlanRequest, args: ServeArgs, reasons: Readonly<Record<string, string>>): Candidate | null {
  const { model, hardware } = request;
  const candidates = replicaLayouts(model, hardware.count, hardware.nodes, args).map((layout) => candidate(request, args, layout, reasons));
  const comfortable = candidates.filter((found) => isComfortable(found, request));
  const pool = comfortable.length > 0 ? comfortable : candidates;
  return [...pool].sort((a, b) => preference(a, b, request, comfortable.length > 0))[0] ?? null;
}

/** Starts, holds the asked load, and leaves the wanted headroom. */
function isComfortable({ evaluation }: Candidate, request: PlanRequest): boolean {
  return starts(evaluation) && headroomGib(evaluation, request) >= request.policy.headroomGib;
}

/** Larger is closer to fitting. */
function closeness({ evaluation }: Candidate, request: PlanRequest): number {
  const bonus = starts(evaluation) ? 1e6 : evaluation.refused.length === 0 ? 0 : -1e6;
  return bonus + Math.max(-1e5, headroomGib(evaluation, request));
}

function preference(a: Candidate, b: Candidate, request: PlanRequest, comfortable: boolean): number {
  if (!comfortable) return closeness(b, request) - closeness(a, request);
  const gpus = ({ layout }: Candidate): number => layout.tensorParallel * layout.pipelineParallel;
  const fewer = gpus(a) - gpus(b);
  const faster = tpotMs(a) - tpotMs(b);
  const targets = Number(meetsTargets(b, request)) - Number(meetsTargets(a, request));
  if (targets !== 0) return targets;
  return request.workload.batchingMode === 'latency' ? faster || fewer : fewer || faster;
}

function tpotMs({ evaluation }: Candidate): number {
  return evaluation.forecast?.tpotMs.mean ?? Number.POSITIVE_INFINITY;
}

function meetsTargets({ evaluation }: Candidate, { workload }: PlanRequest): boolean {
  const { forecast } = evaluation;
  if (workload.ttftTargetMs === null && workload.tpotTargetMs === null) return true;
  if (forecast === null) return false;
  return (
    forecast.ttftMs.mean <= (workload.ttftTargetMs ?? Number.POSITIVE_INFINITY) &&
    forecast.tpotMs.mean <= (workload.tpotTargetMs ?? Number.POSITIVE_INFINITY)
  );
}

function candidate(request: PlanRequest, args: ServeArgs, layout: ReplicaLayout, reasons: Readonly<Record<string, string>>): Candidate {
  const { workload } = request;
  const replica = layout.tensorParallel * layout.pipelineParallel;
  const replicas = args.dataParallelSize ?? replicasOf(request, replica);
  const requests = Math.ceil(workload.concurrency / replicas);
  const knobs = batchKnobs(
    workload.batchingMode,
    namesRateOnly(workload) ? OPEN_LOAD_REQUESTS : requests,
    workload.promptTokens + workload.genTokens,
  );
  const filled: ServeArgs = {
    ...args,
    tensorParallelSize: layout.tensorParallel,
    pipelineParallelSize: orDefault(args.pipelineParallelSize, layout.pipelineParallel),
    dataParallelSize: orDefault(args.dataParallelSize, replicas),
    maxNumSeqs: args.maxNumSeqs ?? knobs.maxNumSeqs,
    maxNumBatchedTokens: args.maxNumBatchedTokens ?? knobs.maxNumBatchedTokens,
  };
  const { evaluation, reasons: lengthReasons } = withModelLen(request, filled, requests);
  const why = { ...layoutReasons(layout, replicas, request), ...knobReasons(args, request), ...lengthReasons, ...reasons };
  return { evaluation: roughlyTimed(request, evaluation), layout, reasons: why };
}

/** Requests in flight of a load that states only how often they come. @source vLLM's smaller default of max_num_seqs */
const OPEN_LOAD_REQUESTS = 256;

/** One request in flight is what a load says that does not mention it. */
function namesRateOnly({ requestRate, concurrency }: WorkloadInput): boolean {
  return requestRate !== null && concurrency === 1;
}

/**
 * Copies that share the load. Mixtures of experts get one: vLLM spreads their experts over all copies, so they are no
 * copies of their own.
 *
 * @source vLLM docs/serving/data_parallel_deployment.md
 */
function replicasOf({ model, hardware, workload }: PlanRequest, gpusPerReplica: number): number {
  if (model.experts !== null) return 1;
  return Math.max(1, Math.min(Math.floor(hardware.count / gpusPerReplica), workload.concurrency));
}

/** A size of 1 is the engine's default, so it is left out unless the user gave it. */
function orDefault(given: number | null, chosen: number): number | null {
  return given ?? (chosen === 1 ? null : chosen);
}

/** Step of a shortened context: whole KV blocks of every backend. @source vLLM block sizes are divisors or multiples of 16 (vllm-memory §2.5) */
const LENGTH_STEP = 256;

interface Sized {
  readonly evaluation: Evaluation;
  readonly reasons: Readonly<Record<string, string>>;
}

/** The model's limit where the asked requests fit, else the longest context with which they do, never below prompt + gen. */
function withModelLen(request: PlanRequest, args: ServeArgs, requests: number): Sized {
  const full = evaluate(request, args);
  if (args.maxModelLen !== null || full.answer === null) return { evaluation: full, reasons: {} };
  const limit = full.settings.maxModelLen;
  const spare = (request.policy.headroomGib * GIB) / full.settings.tensorParallelSize;
  const longest = full.answer.contextFor(requests, spare) ?? 0;
  if (longest >= limit) {
    // Left out, the engine takes its limit: the same configuration, so the same judgement.
    const evaluation = { ...full, args: { ...args, maxModelLen: limit } };
    return { evaluation, reasons: { max_model_len: "the model's own limit; the asked load fits at it" } };
  }
  const least = Math.min(limit, request.workload.promptTokens + request.workload.genTokens);
  const rounded = Math.max(least, Math.floor(longest / LENGTH_STEP) * LENGTH_STEP);
  const load = `${requests} concurrent ${requests === 1 ? 'request' : 'requests'}`;
  const reason =
    longest >= least
      ? `the longest context at which ${load} fit; the model's limit is ${limit}`
      : `prompt + generated tokens, the least that serves the load; ${load} of that length do not fit at once`;
  return { evaluation: evaluate(request, { ...args, maxModelLen: rounded }), reasons: { max_model_len: reason } };
}

function layoutReasons(
  { tensorParallel, pipelineParallel }: ReplicaLayout,
  replicas: number,
  { args, hardware }: PlanRequest,
): Record<string, string> {
  const given = 'given';
  const smallest = 'the fewest GPUs on which the model and the asked load fit with headroom';
  const copies = replicas === 1 ? 'one replica serves the asked load' : `${replicas} replicas share the load on ${hardware.count} GPUs`;
  return {
    tensor_parallel_size:
      args.tensorParallelSize !== null ? given : tensorParallel === 1 ? 'one GPU holds the model and the asked load' : smallest,
    pipeline_parallel_size:
      args.pipelineParallelSize !== null ? given : pipelineParallel === 1 ? 'no pipeline is needed' : 'joins the nodes',
    data_parallel_size: args.dataParallelSize !== null ? given : copies,
  };
}

function knobReasons(args: ServeArgs, { workload }: PlanRequest): Record<string, string> {
  const mode = workload.batchingMode;
  const inFlight = namesRateOnly(workload)
    ? `${OPEN_LOAD_REQUESTS} requests, since the load names a rate only,`
    : 'concurrency of one replica';
  return {
    max_num_seqs: args.maxNumSeqs !== null ? 'given' : `${inFlight} and what mode ${mode} keeps spare`,
    max_num_batched_tokens:
      args.maxNumBatchedTokens !== null ? 'given' : `prompt and generated tokens of all requests, sized for mode ${mode}`,
  };
}
