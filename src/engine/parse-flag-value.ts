/** A flag's value as read from the command line, or why the engine refuses it. */
export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly expected: string };

const ok = <T>(value: T): Parsed<T> => ({ ok: true, value });
const refused = (expected: string): { readonly ok: false; readonly expected: string } => ({ ok: false, expected });

const DECIMAL: Readonly<Record<string, number>> = { k: 1e3, m: 1e6, g: 1e9, t: 1e12 };
const BINARY: Readonly<Record<string, number>> = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };

/**
 * A whole number as vLLM's `human_readable_int` takes it: 32k = 32 000, 32K = 32 768, 25.6k = 25 600.
 * Fractions are refused with a capital letter.
 *
 * @source vLLM `engine/arg_utils.py`, `human_readable_int`
 */
export function parseSize(text: string): Parsed<number> {
  const found = /^(\d+(?:\.\d+)?)([kKmMgGtT])$/.exec(text.trim());
  if (!found) return parseInteger(text);
  const [, digits = '', letter = ''] = found;
  const decimal = DECIMAL[letter];
  if (decimal !== undefined) return ok(Math.trunc(Number(digits) * decimal));
  if (digits.includes('.')) {
    return refused(`a whole number before ${letter}, which counts in powers of 1024 (${digits}${letter.toLowerCase()} counts in 1000s)`);
  }
  return ok(Number(digits) * (BINARY[letter] ?? 1));
}

export function parseInteger(text: string): Parsed<number> {
  const trimmed = text.trim();
  if (!/^[+-]?\d+$/.test(trimmed)) return refused('a whole number');
  const value = Number(trimmed);
  return Number.isSafeInteger(value) ? ok(value) : refused('a whole number below 2^53');
}

export function parseNumber(text: string): Parsed<number> {
  const trimmed = text.trim();
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(trimmed)) return refused('a number');
  return ok(Number(trimmed));
}

export function parseJson(text: string): Parsed<unknown> {
  try {
    return ok(JSON.parse(text));
  } catch {
    // The message of the JSON parser quotes the input at length; ours names the flag instead.
    return refused('JSON');
  }
}
