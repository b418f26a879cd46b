import type { MeasuredRun } from './measured-runs.ts';
import type { ScoredRun } from './score-run.ts';

export interface Grouping {
  readonly title: string;
  readonly keyOf: (run: MeasuredRun) => string;
}

/** Concurrency from one bound to the next; the last bound is open. */
const LOADS = [1, 2, 5, 17, 33, 65, 129, 257] as const;

export const GROUPINGS: readonly Grouping[] = [
  { title: 'GPU', keyOf: ({ gpu }) => gpu },
  { title: 'load', keyOf: ({ concurrency }) => loadOf(concurrency) },
  { title: 'precision', keyOf: ({ precision }) => precision ?? 'not stated' },
  { title: 'model', keyOf: ({ model }) => model },
];

/** What the rows are: one harness on known machines, the same under load, and what people published. */
export const SETS: readonly { readonly title: string; readonly has: (run: MeasuredRun) => boolean }[] = [
  { title: 'all', has: () => true },
  { title: 'silicon', has: ({ trust }) => trust === 'silicon' },
  { title: 'silicon, 64 users or more', has: ({ trust, concurrency }) => trust === 'silicon' && (concurrency ?? 0) >= 64 },
  { title: 'published by others', has: ({ trust }) => trust !== 'silicon' },
];

/** The load of a run in words. */
export function loadOf(concurrency: number | null): string {
  if (concurrency === null) return 'request rate';
  const at = LOADS.findLastIndex((bound) => bound <= concurrency);
  const from = LOADS[at] ?? 1;
  const next = LOADS[at + 1];
  const users = next === undefined ? `${from} or more` : next - 1 === from ? `${from}` : `${from} to ${next - 1}`;
  return `${users} ${users === '1' ? 'user' : 'users'}`;
}

/** Groups in order: by the number that the name begins with, where it does, else by name. */
export function groupRuns(scored: readonly ScoredRun[], { keyOf }: Grouping): readonly (readonly [string, readonly ScoredRun[]])[] {
  const groups = new Map<string, ScoredRun[]>();
  for (const row of scored) {
    const key = keyOf(row.run);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return [...groups].sort(([a], [b]) => byNumberThenName(a, b));
}

function byNumberThenName(a: string, b: string): number {
  const [first, second] = [leadingNumber(a), leadingNumber(b)];
  return first === second ? (a < b ? -1 : 1) : first < second ? -1 : 1;
}

function leadingNumber(name: string): number {
  const digits = /^\d+(?= )/.exec(name)?.[0];
  return digits === undefined ? Number.POSITIVE_INFINITY : Number(digits);
}
