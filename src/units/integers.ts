/** ceil(a / b) on whole numbers, as vLLM's `cdiv`. */
export function ceilDiv(a: number, b: number): number {
  return Math.ceil(a / b);
}

/** The smallest multiple of `step` that is not below `n`, as vLLM's `round_up`. */
export function roundUp(n: number, step: number): number {
  return ceilDiv(n, step) * step;
}

export function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
