import { parseTrace, type TraceRequest } from '../../performance/load/parse-trace.ts';
import { DEFAULT_POLICY, DEFAULT_WORKLOAD, type PolicyInput, type WorkloadInput } from '../../plan/plan-request.ts';
import { readTextFile } from '../read-text-file.ts';
import { contradiction, type Settings } from './settings.ts';

/** Prompts of a benchmark run for each client, as published runs of `vllm bench serve` have it. */
const PROMPTS_PER_CLIENT = 10;

/** What a trace states itself. */
const STATED_BY_TRACE = ['promptTokens', 'genTokens', 'requestRate', 'numPrompts', 'randomRangeRatio', 'burstiness'] as const;

/** @throws WizardError FILE_UNREADABLE for a trace that cannot be read, CONTRADICTION for options that it states itself */
export async function readWorkload(settings: Settings): Promise<WorkloadInput> {
  const drawn = drawnLoad(settings);
  if (settings.trace === undefined) return drawn;
  const twice = STATED_BY_TRACE.find((name) => settings[name] !== undefined);
  if (twice !== undefined) {
    const option = `--${twice.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    throw contradiction(`--trace states what ${option} does.`, `Leave ${option} out, or the trace.`);
  }
  return { ...drawn, ...meansOf(parseTrace(await readTextFile(settings.trace, 'trace'), settings.trace).requests) };
}

function meansOf(
  trace: readonly TraceRequest[],
): Pick<WorkloadInput, 'trace' | 'promptTokens' | 'genTokens' | 'requestRate' | 'numPrompts'> {
  const count = trace.length;
  const meanOf = (value: (request: TraceRequest) => number): number =>
    Math.max(1, Math.round(trace.reduce((sum, request) => sum + value(request), 0) / count));
  const seconds = trace.at(-1)?.sendS ?? 0;
  return {
    trace,
    promptTokens: meanOf(({ promptTokens }) => promptTokens),
    genTokens: meanOf(({ outputTokens }) => outputTokens),
    requestRate: seconds > 0 ? count / seconds : null,
    numPrompts: count,
  };
}

function drawnLoad(settings: Settings): WorkloadInput {
  const concurrency = settings.concurrency ?? DEFAULT_WORKLOAD.concurrency;
  return {
    promptTokens: settings.promptTokens ?? DEFAULT_WORKLOAD.promptTokens,
    genTokens: settings.genTokens ?? DEFAULT_WORKLOAD.genTokens,
    concurrency,
    streaming: settings.streaming ?? DEFAULT_WORKLOAD.streaming,
    batchingMode: settings.batchingMode ?? DEFAULT_WORKLOAD.batchingMode,
    requestRate: settings.requestRate ?? null,
    burstiness: settings.burstiness ?? DEFAULT_WORKLOAD.burstiness,
    trace: null,
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
