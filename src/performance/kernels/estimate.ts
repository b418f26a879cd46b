/**
 * How long a kernel takes, in µs, and how we know. `measured`: this very shape was timed. `interpolated`: it lies between shapes
 * that were. `outOfRange`: it does not, and whoever uses the number says so.
 */
export type Estimate = MeasuredEstimate | OutOfRange;

export interface MeasuredEstimate {
  readonly basis: 'measured' | 'interpolated';
  readonly latencyUs: number;
}

/** What is known outside the measurements. */
export interface OutOfRange {
  readonly basis: 'outOfRange';
  /** What leaves the range: an axis or key of the table, or `table` where nothing of the kind was measured. */
  readonly axis: string;
  /** The nearest shape that was measured. Null: none. */
  readonly nearest: {
    readonly latencyUs: number;
    /** Its time grown by the ratio of the two shapes' work: a guess, not a measurement. */
    readonly scaledUs: number;
  } | null;
}

/** Nothing of the kind was measured. */
export const NOT_MEASURED: OutOfRange = { basis: 'outOfRange', axis: 'table', nearest: null };

/** The time to go on with: the measurement, or the guess from the nearest one. Null: there is none. */
export function usOf(estimate: Estimate): number | null {
  return estimate.basis === 'outOfRange' ? (estimate.nearest?.scaledUs ?? null) : estimate.latencyUs;
}

/** The same estimate with its time changed, for shapes that are a known multiple of a measured one. */
export function mapUs(estimate: Estimate, change: (us: number) => number): Estimate {
  if (estimate.basis !== 'outOfRange') return { basis: 'interpolated', latencyUs: change(estimate.latencyUs) };
  if (estimate.nearest === null) return estimate;
  const { latencyUs, scaledUs } = estimate.nearest;
  return { ...estimate, nearest: { latencyUs, scaledUs: change(scaledUs) } };
}
