import { DEFAULT_POLICY, DEFAULT_WORKLOAD, type PolicyInput, type WorkloadInput } from '../../plan/plan-request.ts';
import type { Settings } from './settings.ts';

/** Prompts of a benchmark run for each client, as published runs of `vllm bench serve` have it. */
const PROMPTS_PER_CLIENT = 10;

export function readWorkload(settings: Settings): WorkloadInput {
  const concurrency = settings.concurrency ?? DEFAULT_WORKLOAD.concurrency;
  return {
    promptTokens: settings.promptTokens ?? DEFAULT_WORKLOAD.promptTokens,
    genTokens: settings.genTokens ?? DEFAULT_WORKLOAD.genTokens,
    concurrency,
    streaming: settings.streaming ?? DEFAULT_WORKLOAD.streaming,
    batchingMode: settings.batchingMode ?? DEFAULT_WORKLOAD.batchingMode,
    requestRate: settings.requestRate ?? null,
    numPrompts: settings.numPrompts ?? PROMPTS_PER_CLIENT * concurrency,
    randomRangeRatio: settings.randomRangeRatio ?? 0,
    ttftTargetMs: settings.ttftMs ?? null,
    tpotTargetMs: settings.tpotMs ?? null,
    prefixHitRate: settings.prefixHitRate ?? 0,
    acceptanceLength: settings.acceptanceLength ?? 1,
  };
}

export function readPolicy(settings: Settings): PolicyInput {
  return {
    headroomGib: settings.headroomGb ?? DEFAULT_POLICY.headroomGib,
    overheadGib: settings.overheadGb ?? null,
    fragmentationFactor: settings.fragmentationFactor ?? null,
  };
}
