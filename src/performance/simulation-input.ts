import type { EngineSettings } from '../engine/engine-settings.ts';
import type { ModelSpec } from '../model/model-spec.ts';
import { CALIBRATION } from './calibration.ts';
import type { ForecastInput, ForecastWorkload } from './forecast-types.ts';
import { drawLengths } from './load/draw-lengths.ts';
import { drawSendTimes } from './load/draw-send-times.ts';
import type { TraceRequest } from './load/parse-trace.ts';
import { type KvGroup, kvDemand } from './scheduler/kv-demand.ts';
import { schedulerRules } from './scheduler/scheduler-rules.ts';
import type { FrontEnd, SimulationInput, Speculation } from './scheduler/simulation.ts';

/** Every plan draws its load with the same seed, so that the same plan gives the same bytes. */
const SEED = 0;

/** Blocks of a cache that is not planned: it holds everything. */
const ENDLESS_BLOCKS = 2 ** 40;

/** The benchmark and the engine of one data-parallel replica, but for the time of a step. */
export function simulationInput(input: ForecastInput): Omit<SimulationInput, 'stepTime' | 'contextCaps'> {
  const { settings, kvCache } = input;
  const limits = {
    maxNumBatchedTokens: settings.maxNumBatchedTokens,
    maxNumSeqs: settings.maxNumSeqs,
    maxModelLen: kvCache?.maxModelLen ?? settings.maxModelLen,
    longPrefillTokens: 0,
    chunkedPrefill: settings.enableChunkedPrefill,
    asyncScheduling: settings.asyncScheduling,
    prefixCaching: settings.enablePrefixCaching,
    watermarkFraction: 0,
    numBlocks: kvCache?.numBlocks ?? ENDLESS_BLOCKS,
  };
  const rules = schedulerRules(settings.version);
  return {
    load: clientLoad(input),
    limits,
    kv: kvDemand(kvGroups(input), limits, rules),
    rules,
    speculation: speculation(input),
    frontEnd: frontEnd(input),
  };
}

/** Steps after which a run is cut short: about a second. */
const MOST_STEPS = 100_000;

/**
 * Prompts of one replica that are played. All of them, unless that took more than MOST_STEPS steps (long answers of few requests at a
 * time): then fewer in proportion, but every client once and a batch more.
 *
 *   steps = prompts × (prompt / token budget + output / requests at a time)
 */
export function playedPrompts({ workload, layout, settings, kvCache }: ForecastInput): number {
  const prompts = Math.max(1, Math.round(workload.numPrompts / layout.dataParallel));
  const { promptTokens, genTokens, concurrency, requestRate } = workload;
  const clients = requestRate === null || concurrency > 1 ? Math.ceil(concurrency / layout.dataParallel) : settings.maxNumSeqs;
  const held = kvCache === null ? Number.POSITIVE_INFINITY : kvCache.tokens / (promptTokens + genTokens);
  const together = Math.max(1, Math.min(clients, settings.maxNumSeqs, held));
  const steps = prompts * (promptTokens / settings.maxNumBatchedTokens + genTokens / together);
  if (steps <= MOST_STEPS) return prompts;
  return Math.min(prompts, Math.max(Math.ceil(clients + together), Math.ceil((prompts * MOST_STEPS) / steps)));
}

function clientLoad(input: ForecastInput): SimulationInput['load'] {
  const { workload, layout } = input;
  const { dataParallel } = layout;
  const clients = Math.max(1, Math.round(workload.concurrency / dataParallel));
  if (workload.trace) return recordedLoad(workload.trace, input, workload.concurrency > 1 ? clients : null);
  const prompts = isMonotone(workload, clients) ? 1 : playedPrompts(input);
  const { promptTokens, genTokens: outputTokens, randomRangeRatio: rangeRatio, prefixHitRate, requestRate } = workload;
  const requests = drawLengths({ prompts, promptTokens, outputTokens, rangeRatio, prefixHitRate, seed: SEED });
  if (requestRate === null) return { requests, sendS: null, concurrency: clients };
  const sendS = drawSendTimes({ prompts, requestRate: requestRate / dataParallel, burstiness: workload.burstiness ?? 1, seed: SEED });
  // One request in flight is what a load says that does not mention it.
  return { requests, sendS, concurrency: workload.concurrency > 1 ? clients : null };
}

/** Every n-th request of a trace goes to one of n replicas. Requests that the engine refuses for their length are not played. */
function recordedLoad(trace: readonly TraceRequest[], input: ForecastInput, concurrency: number | null): SimulationInput['load'] {
  const { layout, workload } = input;
  const taken = fitting(trace, input)
    .filter((_, index) => index % layout.dataParallel === 0)
    .slice(0, playedPrompts(input));
  return {
    requests: taken.map(({ promptTokens, outputTokens }) => ({
      promptTokens,
      outputTokens,
      cachedTokens: Math.floor(promptTokens * workload.prefixHitRate),
    })),
    sendS: taken.map(({ sendS }) => sendS),
    concurrency,
  };
}

/** The requests of a trace that are not longer than `max_model_len`. */
export function fitting(trace: readonly TraceRequest[], { settings, kvCache }: ForecastInput): readonly TraceRequest[] {
  const longest = kvCache?.maxModelLen ?? settings.maxModelLen;
  return trace.filter(({ promptTokens, outputTokens }) => promptTokens + outputTokens <= longest);
}

/** One client whose prompts are all alike: every request finds the engine empty and takes as long as the first, which stands for all. */
function isMonotone({ requestRate, randomRangeRatio, acceptanceLength }: ForecastWorkload, clients: number): boolean {
  return clients === 1 && requestRate === null && randomRangeRatio === 0 && acceptanceLength === 1;
}

function kvGroups({ model, settings, layout, kvCache }: ForecastInput): readonly KvGroup[] {
  if (kvCache === null) return [{ kind: 'full', blockTokens: settings.blockSize }];
  const stretch = layout.decodeContextParallel;
  return kvCache.groups.map(({ kind, blockSize }) => {
    const blockTokens = blockSize * stretch;
    if (kind === 'state') return { kind: 'state', blocks: 1 };
    const windowTokens = windowOf(kind, model, settings);
    return windowTokens === null ? { kind: 'full', blockTokens } : { kind: 'window', blockTokens, windowTokens };
  });
}

function windowOf(kind: string, { layers }: ModelSpec, { slidingWindowDisabled }: EngineSettings): number | null {
  if (slidingWindowDisabled) return null;
  for (const cache of layers.flatMap((layer) => layer.caches)) {
    if (cache.kind !== kind) continue;
    if (cache.kind === 'sliding' || cache.kind === 'window-rows') return cache.windowTokens;
    if (cache.kind === 'chunked') return cache.chunkTokens;
  }
  return null;
}

function speculation({ settings, workload }: ForecastInput): Speculation | null {
  const { acceptanceLength } = workload;
  const draftTokens = Math.max(settings.numSpeculativeTokens, Math.ceil(acceptanceLength) - 1);
  if (draftTokens === 0) return null;
  return { draftTokens, acceptanceLength, takesSlots: settings.speculativeMethod !== 'ngram' };
}

function frontEnd({ workload }: ForecastInput): FrontEnd {
  const { requestS, tokenizeS } = CALIBRATION;
  return { ingressS: requestS / 2, egressS: requestS / 2, ingressGapS: tokenizeS * workload.promptTokens };
}
