import { evaluate } from '../plan/evaluate.ts';
import type { PlanRequest } from '../plan/plan-request.ts';
import type { CleanLog } from './clean-log.ts';
import { compareTerms, type Term } from './compare-terms.ts';
import { type FoundCause, findCauses } from './find-cause.ts';
import { type Fix, findFix } from './find-fix.ts';
import { countReadings, type Readings } from './readings.ts';

/** Everything that a log tells. */
export interface Diagnosis {
  readonly readings: Readings;
  /** The reason; null: none is known for this log. */
  readonly found: FoundCause | null;
  /** Further classes that the log shows; they follow from the first one, or do no harm. */
  readonly others: readonly FoundCause[];
  /** The engine came up, and nothing failed afterwards. */
  readonly healthy: boolean;
  readonly terms: readonly Term[];
  readonly fix: Fix | null;
  readonly needed: readonly { readonly change: string; readonly effect: string }[];
}

/** What can be said without knowing the model and the GPU: enough to decide what to ask for. */
export interface FirstLook {
  readonly readings: Readings;
  readonly causes: readonly FoundCause[];
}

/** Pure; the same log and request give the same diagnosis. `request`: the command that failed, where it could be recovered. */
export function diagnose({ readings, causes }: FirstLook, request: PlanRequest | null): Diagnosis {
  const [first] = causes;
  const found = first === undefined || first.cause.rank === 'remark' ? null : first;
  const evaluation = request === null ? null : evaluate(request, request.args);
  const { fix, needed } = found === null ? { fix: null, needed: [] } : findFix(found, request);
  return {
    readings,
    found,
    others: causes.filter((other) => other !== found && other.cause.id !== found?.cause.id && other.line !== found?.line),
    healthy: found === null && (readings.started || isComplete(readings)),
    terms: compareTerms(readings, evaluation),
    fix,
    needed,
  };
}

export function firstLook(log: CleanLog, readings: Readings): FirstLook {
  return { readings, causes: findCauses(log, readings) };
}

/** Nothing of vLLM was recognised. */
export function isUnreadable({ readings, causes }: FirstLook): boolean {
  return causes.every(({ cause }) => cause.rank === 'remark') && !readings.started && countReadings(readings) === 0;
}

/** The log shows a cache of a size, so the engine got past every check of its memory. */
function isComplete({ tokens, concurrency }: Readings): boolean {
  return tokens !== null && concurrency !== null;
}
