import { parseJson } from './parse-flag-value.ts';
import type { ServeArgs } from './serve-args.ts';
import { isObject } from './set-json-args.ts';

/** A flag without a field of its own: its last value, null when it is not given or is a switch. */
export function otherValue({ otherFlags }: Pick<ServeArgs, 'otherFlags'>, name: string): string | null {
  return otherFlags.filter((flag) => flag.name === name).at(-1)?.value ?? null;
}

/** Whether a switch without a field of its own is on. */
export function otherSwitch({ otherFlags }: Pick<ServeArgs, 'otherFlags'>, name: string): boolean {
  return otherFlags.some((flag) => flag.name === name && flag.value !== 'false');
}

/** A number of such a flag; null when it is not given or none. */
export function otherNumber(args: Pick<ServeArgs, 'otherFlags'>, name: string): number | null {
  const text = otherValue(args, name);
  const value = text === null || text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : null;
}

/** An object of such a flag, in JSON; empty when it is not given or none. */
export function otherObject(args: Pick<ServeArgs, 'otherFlags'>, name: string): Readonly<Record<string, unknown>> {
  const parsed = parseJson(otherValue(args, name) ?? '{}');
  return parsed.ok && isObject(parsed.value) ? parsed.value : {};
}
