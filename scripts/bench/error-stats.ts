export interface ErrorStats {
  readonly count: number;
  /** Of the absolute errors. */
  readonly median: number;
  readonly mean: number;
  readonly p90: number;
  readonly worst: number;
  /** The median of the signed errors: below zero is too fast a forecast. */
  readonly bias: number;
}

/** null of nothing. */
export function errorStats(errors: readonly number[]): ErrorStats | null {
  if (errors.length === 0) return null;
  const sizes = errors.map(Math.abs).sort((a, b) => a - b);
  const signed = [...errors].sort((a, b) => a - b);
  return {
    count: errors.length,
    median: medianOf(sizes),
    mean: sizes.reduce((total, size) => total + size, 0) / sizes.length,
    p90: sizes[Math.min(sizes.length - 1, Math.floor(0.9 * sizes.length))] ?? Number.NaN,
    worst: sizes.at(-1) ?? Number.NaN,
    bias: medianOf(signed),
  };
}

/** The middle of sorted values, or the mean of the middle two. */
export function medianOf(sorted: readonly number[]): number {
  const half = sorted.length / 2;
  const upper = sorted[Math.floor(half)] ?? Number.NaN;
  return Number.isInteger(half) ? ((sorted[half - 1] ?? Number.NaN) + upper) / 2 : upper;
}

/** A few machines have hundreds of rows: each group's median error counts once. */
export function meanOfMedians<T>(items: readonly T[], keyOf: (item: T) => string, errorOf: (item: T) => number | null): number | null {
  const groups = new Map<string, number[]>();
  for (const item of items) {
    const error = errorOf(item);
    if (error === null) continue;
    const key = keyOf(item);
    groups.set(key, [...(groups.get(key) ?? []), Math.abs(error)]);
  }
  const medians = [...groups.values()].map((sizes) => medianOf(sizes.sort((a, b) => a - b)));
  return medians.length === 0 ? null : medians.reduce((total, median) => total + median, 0) / medians.length;
}
