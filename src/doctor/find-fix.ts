import { type Evaluation, evaluate } from '../plan/evaluate.ts';
import { findFixes } from '../plan/find-fixes.ts';
import type { PlanRequest } from '../plan/plan-request.ts';
import { formatGiB, GIB } from '../units/bytes.ts';
import type { Remedy } from './cause.ts';
import { type CheckedCommand, checkCommand } from './check-command.ts';
import type { FoundCause } from './find-cause.ts';
import type { Attempt, TuneContext } from './tuning.ts';
import { TUNINGS } from './tunings.ts';

/** The one change that gets rid of the cause. */
export interface Fix {
  readonly kind: Remedy['kind'];
  readonly change: string;
  /** What the engine then does, or why it helps. */
  readonly effect: string;
  readonly sideEffect: string;
  /** Passed `check`; null: none could be checked. */
  readonly command: readonly string[] | null;
  /** What it was checked for. */
  readonly checkedOn: { readonly vllmVersion: string; readonly gpu: string; readonly gpus: number } | null;
}

export interface FixAnswer {
  readonly fix: Fix | null;
  /** Changes that would be needed, where no single one of the cause's passes `check`. */
  readonly needed: readonly { readonly change: string; readonly effect: string }[];
}

/** The first remedy of the cause whose command passes `check`. */
export function findFix(found: FoundCause, request: PlanRequest | null): FixAnswer {
  const { remedies } = found.cause;
  if (request === null) return { fix: unchecked(found), needed: [] };
  const evaluation = evaluate(request, request.args);
  if (contradicts(found, evaluation)) return { fix: unchecked(found), needed: [] };
  const context: TuneContext = { ...found.evidence, request, args: request.args, settings: evaluation.settings, evaluation };
  const shift = shiftOf(found, context);
  for (const remedy of remedies) {
    const fix = tryRemedy(remedy, context, shift);
    if (fix !== null) return { fix, needed: [] };
  }
  const needed = findFixes(request, evaluation).map(({ change, effect }) => ({ change, effect }));
  return {
    fix: null,
    needed: needed.length > 0 ? needed : remedies.slice(0, 1).map((remedy) => ({ change: adviceOf(remedy, found), effect: '' })),
  };
}

function tryRemedy(remedy: Remedy, context: TuneContext, shift: number): Fix | null {
  const { request, args } = context;
  if (remedy.kind === 'command') return tryTunings(remedy.tunings, context, shift);
  const env = remedy.kind === 'environment' ? { ...args.env, [remedy.name]: remedy.value } : args.env;
  const checked = checkCommand(request, { ...args, env }, 0);
  const change = remedy.kind === 'environment' ? `${remedy.name}=${remedy.value}` : remedy.change;
  return {
    kind: remedy.kind,
    change,
    effect: remedy.effect,
    sideEffect: 'none',
    command: checked.starts ? checked.words : null,
    checkedOn: checked.starts ? checkedOn(request, checked) : null,
  };
}

function tryTunings(names: Extract<Remedy, { kind: 'command' }>['tunings'], context: TuneContext, shift: number): Fix | null {
  for (const name of names) {
    for (const attempt of TUNINGS[name].attempts(context)) {
      const fix = tryAttempt(attempt, context, shift);
      if (fix !== null) return fix;
    }
  }
  return null;
}

function tryAttempt(attempt: Attempt, { request }: TuneContext, shift: number): Fix | null {
  const base = attempt.request ?? request;
  const hardware = { ...base.hardware, count: Math.max(base.hardware.count, attempt.gpus ?? 0) };
  const asked = { ...base, hardware };
  const checked = checkCommand(asked, attempt.args, shift);
  if (!checked.starts) return null;
  const { change, sideEffect } = attempt;
  return { kind: 'command', change, effect: effectOf(checked), sideEffect, command: checked.words, checkedOn: checkedOn(asked, checked) };
}

function checkedOn({ vllm, hardware }: PlanRequest, { evaluation }: CheckedCommand): Fix['checkedOn'] {
  const { tensorParallelSize: tp, pipelineParallelSize: pp, dataParallelSize: dp } = evaluation.settings;
  return { vllmVersion: vllm.text, gpu: hardware.gpu.label, gpus: tp * pp * dp };
}

function effectOf({ evaluation: { answer } }: CheckedCommand): string {
  const cache = answer?.memory.kvCache;
  if (!cache) return 'it starts';
  const available = answer?.memory.workers[0]?.availableKvCacheBytes ?? 0;
  return `it starts with ${formatGiB(available)} of KV cache: ${cache.maxConcurrency.toFixed(2)} requests of ${cache.maxModelLen} tokens`;
}

/** Bytes by which the log shows less cache than is predicted for the same command; 0 when more, or when it does not say. */
function shiftOf({ cause, evidence }: FoundCause, { evaluation }: TuneContext): number {
  const predicted = evaluation.answer?.memory.workers[0]?.availableKvCacheBytes;
  const logged = evidence.readings.availableKvGib ?? (cause.id === 'no-cache-memory' ? 0 : null);
  return predicted === undefined || logged === null ? 0 : Math.min(0, logged * GIB - predicted);
}

/** The first remedy that applies, in words. */
function unchecked(found: FoundCause): Fix | null {
  for (const remedy of found.cause.remedies) {
    const change = adviceOf(remedy, found);
    const effect = remedy.kind === 'command' ? '' : remedy.effect;
    if (change !== '') return { kind: remedy.kind, change, effect, sideEffect: 'none', command: null, checkedOn: null };
  }
  return null;
}

function adviceOf(remedy: Remedy, { evidence }: FoundCause): string {
  if (remedy.kind === 'environment') return `${remedy.name}=${remedy.value}`;
  if (remedy.kind === 'outside') return remedy.change;
  const [first] = remedy.tunings;
  return first === undefined ? '' : TUNINGS[first].advice(evidence);
}

/** The log got past the point at which the memory model says that it fails: what the model says is no help then. */
function contradicts({ cause, evidence }: FoundCause, { answer }: Evaluation): boolean {
  const kind = answer?.memory.failure?.kind;
  const { availableKvGib, tokens } = evidence.readings;
  return (
    cause.id === 'max-model-len-exceeds-kv' &&
    ((availableKvGib ?? 0) > 0 || (tokens ?? 0) > 0) &&
    (kind === 'no_kv_memory' || kind === 'weights_exceed_budget')
  );
}
