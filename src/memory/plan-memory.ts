import { cudaTotalOf } from '../catalog/cuda-total.ts';
import type { GpuSpec } from '../catalog/gpu-spec.ts';
import type { EngineSettings } from '../engine/engine-settings.ts';
import { resolveSettings } from '../engine/resolve-settings.ts';
import type { EngineRules } from '../engine/rules.ts';
import type { ServeArgs } from '../engine/serve-args.ts';
import type { ModelSpec } from '../model/model-spec.ts';
import { type BudgetInput, workerBudget } from './budget.ts';
import { hostMemory } from './host-memory.ts';
import { withHybridBlock } from './hybrid-block.ts';
import {
  blockBytesOfStage,
  cacheTokens,
  checkedBytes,
  holdsOneRequest,
  type KvLayout,
  kvLayout,
  LONGEST_SEARCHED_TOKENS,
  longestModelLen,
  planKvCache,
  requestBytesOfStage,
} from './kv-cache.ts';
import { type Layout, type Stage, stagesOf } from './layout.ts';
import type { KvCachePlan, MemoryPlan, WorkerMemory } from './memory-plan.ts';
import { memoryRanges } from './memory-ranges.ts';
import {
  freeMemoryError,
  noCacheMemoryError,
  outsideBudgetError,
  type StartUpError,
  shortCacheError,
  weightsError,
} from './start-up-errors.ts';

export interface MemoryInput {
  readonly model: ModelSpec;
  /** The separate draft model of `--speculative-config`, where it is known. */
  readonly draft?: ModelSpec | null;
  readonly gpu: GpuSpec;
  /** What the driver reports to CUDA, when known better than from the catalog. */
  readonly totalBytesOverride: number | null;
  /** The ranks of one tensor-parallel group are joined by NVLink or another direct fabric. */
  readonly fastLink: boolean;
  readonly args: ServeArgs;
  readonly rules: EngineRules;
  readonly assumeKvCacheBytes: number | null;
}

export interface MemoryAnswer {
  readonly settings: EngineSettings;
  readonly memory: MemoryPlan;
  /**
   * The longest context at which the cache holds `requests` at once, whatever the model's limit; null when not one token.
   *
   * @param spareBytes bytes of each rank's cache to leave unused
   */
  readonly contextFor: (requests: number, spareBytes: number) => number | null;
}

/**
 * What one configuration does at start-up: the budget of every distinct rank, the cache in it, and whether it starts.
 * Refusals before any memory is touched (heads that tp does not divide) are not looked for here: engine/refusals.ts.
 *
 * @throws RangeError when the card's memory is unknown; UnifyError where the engine cannot lay the cache out
 */
export function planMemory(input: MemoryInput): MemoryAnswer {
  const { rules } = input;
  const base = resolveSettings(input.model, input.gpu, input.args, rules);
  const settings = withHybridBlock(input.model, base, rules, input.gpu, input.args.mambaBlockSize);
  const final = input.args.maxModelLen === 'auto' ? autoFitted(input, settings, rules) : settings;
  const found = budgets(input, final, rules);
  return { settings: final, memory: memoryIn(input, found), contextFor: (requests, spare) => contextFor(found, requests, spare) };
}

function contextFor({ workers, layout }: Budgets, requests: number, spareBytes: number): number | null {
  const each = workers.map((worker) => Math.floor((worker.availableKvCacheBytes - spareBytes) / requests));
  return longestModelLen(layout, each, LONGEST_SEARCHED_TOKENS);
}

/** `--max-model-len auto` shrinks to what one request may have. @source vLLM `_auto_fit_max_model_len` */
function autoFitted(input: MemoryInput, settings: EngineSettings, rules: EngineRules): EngineSettings {
  const { workers, layout } = budgets(input, settings, rules);
  const longest = longestModelLen(
    layout,
    workers.map((worker) => worker.availableKvCacheBytes),
    settings.maxModelLen,
  );
  return { ...settings, maxModelLen: longest ?? 1 };
}

interface Budgets {
  /** One for each pipeline stage. */
  readonly workers: readonly WorkerMemory[];
  readonly layout: KvLayout;
}

function budgets(input: MemoryInput, settings: EngineSettings, rules: EngineRules): Budgets {
  const { model, gpu, args } = input;
  const layout = layoutOf(settings);
  const stages = stagesOf(model.layers.length, layout);
  const draft = input.draft ?? null;
  const budget: BudgetInput = { model, draft, gpu, totalBytes: totalOf(input), fastLink: input.fastLink, args, settings, rules, layout };
  const perStage = settings.tensorParallelSize * settings.dataParallelSize;
  const workers = stages.map((stage) => workerBudget(budget, stage, perStage));
  const assumed = input.assumeKvCacheBytes;
  return {
    workers: assumed === null ? workers : workers.map((worker) => ({ ...worker, availableKvCacheBytes: assumed })),
    layout: kvLayout(model, settings, rules, stageOfLayers(stages), gpu.computeCapability ?? null, draft),
  };
}

function memoryIn(input: MemoryInput, { workers, layout }: Budgets): MemoryPlan {
  const { settings } = layout;
  const available = workers.map((worker) => worker.availableKvCacheBytes);
  const override = input.args.numGpuBlocksOverride;
  const kvCache = layout.grouping.kind === 'none' ? null : planKvCache(layout, available, override);
  const error = startUpError(input, workers, layout, kvCache);
  const [first] = workers;
  if (first === undefined) throw new RangeError('a model without pipeline stages');
  const binding = tightestWorker(workers, layout) ?? first;
  const shift = (bytes: number): number => bytes - binding.availableKvCacheBytes;
  const tokensOf = (bytes: number): number =>
    cacheTokens(
      layout,
      available.map((own) => own + shift(bytes)),
      override,
    );
  const facts = {
    isHopper: input.gpu.computeCapability === '9.0',
    sharesHostMemory: input.gpu.integrated,
    totalHalfWidth: totalHalfWidth(input),
  };
  const offloaded = workers.reduce((total, worker) => total + worker.offloadedBytes * worker.count, 0);
  return {
    workers: merged(workers),
    host: hostMemory(input.model, settings, input.args, offloaded),
    kvCache,
    verdict: error === null ? 'starts' : 'fails',
    failure: error === null ? null : { ...error, fixes: [] },
    ranges: memoryRanges({ first, binding }, settings, facts, kvCache === null ? () => 0 : tokensOf),
  };
}

/** The rank whose blocks are fewest: what it has left decides how many all have. */
function tightestWorker(workers: readonly WorkerMemory[], layout: KvLayout): WorkerMemory | undefined {
  const blocks = (worker: WorkerMemory): number => worker.availableKvCacheBytes / (blockBytesOfStage(layout, worker.ppRank) || 1);
  return [...workers].sort((a, b) => blocks(a) - blocks(b))[0];
}

export function layoutOf(settings: EngineSettings): Layout {
  return {
    tensorParallel: settings.tensorParallelSize,
    pipelineParallel: settings.pipelineParallelSize,
    dataParallel: settings.dataParallelSize,
    expertParallel: settings.enableExpertParallel,
    decodeContextParallel: settings.decodeContextParallelSize,
  };
}

function stageOfLayers(stages: readonly Stage[]): readonly number[] {
  return stages.flatMap((stage) => Array.from({ length: stage.end - stage.start }, () => stage.index));
}

function totalOf({ gpu, totalBytesOverride }: MemoryInput): number {
  const total = totalBytesOverride ?? cudaTotalOf(gpu)?.value;
  if (total === undefined) throw new RangeError(`no memory size is known for ${gpu.id}`);
  return total;
}

/** Half of what drivers of different age report, or of the estimate's error. */
function totalHalfWidth({ gpu, totalBytesOverride }: MemoryInput): number {
  if (totalBytesOverride !== null) return 0;
  const range = cudaTotalOf(gpu)?.range;
  return range === undefined ? 0 : (range[1] - range[0]) / 2;
}

/** The first thing that stops the engine, in its order of doing. */
function startUpError(
  input: MemoryInput,
  workers: readonly WorkerMemory[],
  layout: KvLayout,
  kvCache: KvCachePlan | null,
): StartUpError | null {
  const { settings, rules } = layout;
  const checks = input.assumeKvCacheBytes === null && input.args.kvCacheMemoryBytes === null;
  for (const worker of workers) {
    const free = worker.totalBytes - heldAtStart(worker);
    if (checks && rules.checksFreeMemory && free < worker.requestedBytes)
      return freeMemoryError(worker, free, settings.gpuMemoryUtilization);
    if (checks && worker.weightsBytes > free) return weightsError(worker, free);
  }
  if (kvCache === null) return null;
  const available = workers.map((worker) => worker.availableKvCacheBytes);
  const short = cacheError(layout, available, kvCache);
  if (short !== null) return short;
  const over = checks ? workers.find((worker) => worker.requestedBytes + worker.outsideBudgetBytes > worker.totalBytes) : undefined;
  return over === undefined ? null : outsideBudgetError(over);
}

/** Context and communicators; graphs come later. */
function heldAtStart(worker: WorkerMemory): number {
  return worker.outsideBudgetBytes - (worker.cudaGraphInBudget ? 0 : worker.cudaGraphBytes);
}

function cacheError(layout: KvLayout, available: readonly number[], kvCache: KvCachePlan): StartUpError | null {
  if (available.some((bytes) => bytes <= 0)) return noCacheMemoryError();
  const { settings } = layout;
  const stage = available.findIndex((_, index) => !holdsOneRequest(layout, available, index, settings.maxModelLen));
  if (stage < 0) return null;
  return shortCacheError({
    settings,
    neededBytes: requestBytesOfStage(layout, stage, settings.maxModelLen),
    availableBytes: checkedBytes(layout, available[stage] ?? 0, stage),
    estimatedMaxModelLen: kvCache.estimatedMaxModelLen,
  });
}

/** Stages that are alike become one entry; rank 0 stays first. */
function merged(workers: readonly WorkerMemory[]): readonly WorkerMemory[] {
  const kept: WorkerMemory[] = [];
  for (const worker of workers) {
    const twin = kept.findIndex((other) => sameNumbers(other, worker));
    const other = kept[twin];
    if (other === undefined) kept.push(worker);
    else kept[twin] = { ...other, count: other.count + worker.count };
  }
  return kept;
}

function sameNumbers(a: WorkerMemory, b: WorkerMemory): boolean {
  return JSON.stringify({ ...a, ppRank: 0, count: 0 }) === JSON.stringify({ ...b, ppRank: 0, count: 0 });
}
