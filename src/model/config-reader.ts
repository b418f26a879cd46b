import { WizardError } from '../errors/wizard-error.ts';

/** No size in a config comes near it (the largest vocabulary is 2^18); more is a damaged file, and products stay exact. */
const LARGEST_SIZE = 2 ** 31;
/** Lists in real configs have at most a few hundred entries (one a layer); more would only cost time. */
const LONGEST_LIST = 10_000;

/**
 * Reads fields of a config.json whose content nobody has checked. Each method takes one or several names of the
 * same fact and answers with the first that is there; `null` counts as absent, as it does for transformers.
 */
export class ConfigReader {
  readonly path: string;
  readonly #fields: Readonly<Record<string, unknown>>;

  /**
   * @param path where the object stands in the file ("text_config"), for messages; empty at the top
   * @throws WizardError MODEL_UNREADABLE when `value` is not an object
   */
  constructor(value: unknown, path = '') {
    if (!isRecord(value)) {
      throw new WizardError('MODEL_UNREADABLE', {
        problem: `${path === '' ? 'The model configuration' : `"${path}" of the model configuration`} is ${describe(value)}, not an object.`,
        fix: 'Check that the file is the config.json of a Hugging Face model.',
      });
    }
    this.#fields = value;
    this.path = path;
  }

  has(...names: readonly string[]): boolean {
    return this.raw(...names) !== null;
  }

  /** The field is written down, be it as null: a class default applies only to a field that is not. */
  mentions(name: string): boolean {
    return Object.hasOwn(this.#fields, name);
  }

  /** The value of the first name that is present, unchecked; null: none is. */
  raw(...names: readonly string[]): unknown {
    for (const name of names) {
      const value = Object.hasOwn(this.#fields, name) ? this.#fields[name] : undefined;
      if (value !== undefined && value !== null) return value;
    }
    return null;
  }

  /** The object as it was given, for readers of other parts (quantization). */
  object(): Readonly<Record<string, unknown>> {
    return this.#fields;
  }

  /** A positive whole number that must be there. */
  size(...names: readonly string[]): number {
    return this.#required(this.optionalSize(...names), names, 'a positive whole number');
  }

  optionalSize(...names: readonly string[]): number | null {
    const value = this.optionalInt(...names);
    if (value === 0) throw this.#illTyped(names, value, 'a positive whole number');
    return value;
  }

  /** A whole number from 0 that must be there. */
  int(...names: readonly string[]): number {
    return this.#required(this.optionalInt(...names), names, 'a whole number');
  }

  optionalInt(...names: readonly string[]): number | null {
    const value = this.raw(...names);
    if (value === null) return null;
    if (isSize(value)) return value;
    throw this.#illTyped(names, value, `a whole number between 0 and ${LARGEST_SIZE}`);
  }

  optionalNumber(...names: readonly string[]): number | null {
    const value = this.raw(...names);
    if (value === null) return null;
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    throw this.#illTyped(names, value, 'a number');
  }

  /** @param absent what the model's class takes when the field is left out */
  bool(name: string, absent: boolean): boolean {
    const value = this.raw(name);
    if (value === null) return absent;
    if (typeof value === 'boolean') return value;
    throw this.#illTyped([name], value, 'true or false');
  }

  string(...names: readonly string[]): string {
    return this.#required(this.optionalString(...names), names, 'a text');
  }

  optionalString(...names: readonly string[]): string | null {
    const value = this.raw(...names);
    if (value === null) return null;
    if (typeof value === 'string') return value;
    throw this.#illTyped(names, value, 'a text');
  }

  optionalStrings(...names: readonly string[]): readonly string[] | null {
    const value = this.raw(...names);
    if (value === null) return null;
    if (isShortList(value) && value.every((entry) => typeof entry === 'string')) return value;
    throw this.#illTyped(names, value, 'a list of texts');
  }

  optionalInts(...names: readonly string[]): readonly number[] | null {
    const value = this.raw(...names);
    if (value === null) return null;
    if (isShortList(value) && value.every(isSize)) return value;
    throw this.#illTyped(names, value, 'a list of whole numbers');
  }

  child(...names: readonly string[]): ConfigReader {
    return this.#required(this.optionalChild(...names), names, 'an object');
  }

  optionalChild(...names: readonly string[]): ConfigReader | null {
    const name = names.find((candidate) => this.has(candidate));
    return name === undefined ? null : new ConfigReader(this.raw(name), this.#full(name));
  }

  /** A list of objects, such as one block a layer. */
  children(name: string): readonly ConfigReader[] {
    const value = this.#required(this.raw(name), [name], 'a list of objects');
    if (!isShortList(value)) throw this.#illTyped([name], value, 'a list of objects');
    return value.map((entry, index) => new ConfigReader(entry, `${this.#full(name)}[${index}]`));
  }

  /** Stops at a field whose meaning is not known: better no answer than a wrong one. */
  refuse(name: string, why: string): never {
    throw new WizardError('MODEL_UNSUPPORTED', {
      problem: `"${this.#full(name)}" is ${describe(this.raw(name))}: ${why}.`,
      fix: 'Plan with a model of the same family that lacks this setting, or report the config.json as an issue.',
      facts: { field: this.#full(name) },
    });
  }

  #required<T>(value: T | null, names: readonly string[], wanted: string): T {
    if (value !== null) return value;
    const field = names.map((name) => `"${this.#full(name)}"`).join(' or ');
    throw new WizardError('MODEL_UNREADABLE', {
      problem: `The model configuration has no field ${field}.`,
      fix: `Give the complete config.json: the field must be ${wanted}.`,
      facts: { field: this.#full(names[0] ?? '') },
    });
  }

  #illTyped(names: readonly string[], value: unknown, wanted: string): WizardError {
    const name = names.find((candidate) => this.has(candidate)) ?? '';
    return new WizardError('MODEL_UNREADABLE', {
      problem: `"${this.#full(name)}" of the model configuration is ${describe(value)}.`,
      fix: `Correct config.json: the field must be ${wanted}.`,
      facts: { field: this.#full(name) },
    });
  }

  #full(name: string): string {
    return this.path === '' ? name : `${this.path}.${name}`;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSize(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= LARGEST_SIZE;
}

function isShortList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && value.length <= LONGEST_LIST;
}

/** The value for a message, cut short: a config is foreign text. */
function describe(value: unknown): string {
  if (value === undefined) return 'missing';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length <= 60 ? text : `${text.slice(0, 57)}…`;
}
