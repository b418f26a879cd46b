import { type Parsed, parseInteger, parseNumber, parseSize } from '../engine/parse-flag-value.ts';
import { WizardError } from '../errors/wizard-error.ts';

/** Reads one option's text; throws USAGE for a wrong type and OUT_OF_RANGE for a wrong value. */
export type ValueParser<T> = (text: string) => T;

export interface NumberRange {
  readonly min?: number;
  /** Excluded lower end. */
  readonly above?: number;
  readonly max?: number;
  /** Excluded upper end. */
  readonly below?: number;
}

/** A whole number, at least 1 unless told otherwise. */
export function wholeNumber(option: string, range: NumberRange = { min: 1 }): ValueParser<number> {
  return (text) => inRange(option, text, parseInteger(text), range);
}

/** A whole number that may be written as 32k (32 000) or 32K (32 768), as vLLM takes it. */
export function sizeNumber(option: string, range: NumberRange = { min: 1 }): ValueParser<number> {
  return (text) => inRange(option, text, parseSize(text), range);
}

export function decimalNumber(option: string, range: NumberRange): ValueParser<number> {
  return (text) => inRange(option, text, parseNumber(text), range);
}

/** A length in tokens, or `auto` (also -1). */
export function lengthOrAuto(option: string): ValueParser<number | 'auto'> {
  return (text) => (text === '-1' || text.toLowerCase() === 'auto' ? 'auto' : sizeNumber(option)(text));
}

export function oneOf<const T extends string>(option: string, choices: readonly T[]): ValueParser<T> {
  return (text) => {
    const found = choices.find((choice) => choice === text);
    if (found !== undefined) return found;
    throw new WizardError('USAGE', {
      problem: `${option} must be one of ${choices.join(', ')}, not "${text}".`,
      fix: `Write for example: ${option} ${choices[0]}`,
      facts: { option, value: text },
    });
  };
}

function inRange(option: string, text: string, parsed: Parsed<number>, range: NumberRange): number {
  if (!parsed.ok) {
    throw new WizardError('USAGE', {
      problem: `${option} must be ${parsed.expected}, not "${text}".`,
      fix: `Give ${describe(range) || 'a number'}.`,
      facts: { option, value: text },
    });
  }
  const { min = Number.NEGATIVE_INFINITY, above = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = range;
  const { below = Number.POSITIVE_INFINITY } = range;
  const n = parsed.value;
  if (n >= min && n > above && n <= max && n < below) return n;
  throw new WizardError('OUT_OF_RANGE', {
    problem: `${option} must be ${describe(range)}, not ${text}.`,
    fix: `Give a value that is ${describe(range)}.`,
    facts: { option, value: n },
  });
}

function describe({ min, above, max, below }: NumberRange): string {
  return [
    min === undefined ? '' : `at least ${min}`,
    above === undefined ? '' : `above ${above}`,
    max === undefined ? '' : `at most ${max}`,
    below === undefined ? '' : `below ${below}`,
  ]
    .filter(Boolean)
    .join(' and ');
}
