/** A whole number of bytes. Exact up to 9 PB, so plain arithmetic is safe here. */
export type Bytes = number & { readonly [unit]: 'bytes' };
declare const unit: unique symbol;

export const MIB = 2 ** 20;
export const GIB = 2 ** 30;

/**
 * The only way into `Bytes`: rejects NaN, negatives and fractions at the boundary.
 *
 * @throws RangeError when `n` is not a whole, non-negative, safe integer
 */
export function bytes(n: number): Bytes {
  if (!Number.isSafeInteger(n) || n < 0) throw new RangeError(`not a byte count: ${n}`);
  return n as Bytes;
}

/** For people only, one decimal unless told otherwise; never parse the result back. */
export function formatGiB(n: number, decimals = 1): string {
  return `${(n / GIB).toFixed(decimals)} GiB`;
}
