import { parseDocument } from 'yaml';
import type { z } from 'zod';
import { nearestName } from '../errors/nearest-name.ts';
import { WizardError } from '../errors/wizard-error.ts';
import { type Profile, profileV1Schema, profileV2Schema } from './profile-schema.ts';

/** A profile has some dozens of lines; a megabyte is no profile. */
const MAX_CHARACTERS = 1_000_000;

type Json = Readonly<Record<string, unknown>>;

/**
 * Reads a profile of version 1 or 2 and applies the overrides of one environment.
 *
 * @param file name for messages
 * @param environment a key of `overrides`, or null
 * @throws WizardError PROFILE_INVALID for text that is no YAML, an unknown key, a wrong value, an unknown environment
 */
export function parseProfile(text: string, file: string, environment: string | null = null): Profile {
  const document = readYaml(text, file);
  const version = document.profile_version;
  if (version !== 1 && version !== 2) {
    throw invalid(file, `profile_version is ${shown(version)}; versions 1 and 2 are known`, 'Begin the file with: profile_version: 2');
  }
  if (version === 1) {
    if (environment !== null) throw unknownEnvironment(file, environment, []);
    const profile = check(profileV1Schema, document, file);
    return { ...fromVersion1(profile), profile_version: 2 };
  }
  const { overrides, ...base } = check(profileV2Schema, document, file);
  if (environment === null) return base;
  const change = overrides?.[environment];
  if (!change) throw unknownEnvironment(file, environment, Object.keys(overrides ?? {}));
  return check(profileV2Schema, merge(base, change), file);
}

/** The original writes `quantization: none` whenever nothing was asked for, so in its files it says nothing. */
function fromVersion1(profile: z.infer<typeof profileV1Schema>): Omit<Profile, 'profile_version'> {
  const { profile_version: _version, model, ...rest } = profile;
  const quantization = model?.quantization === 'none' ? null : model?.quantization;
  return { ...rest, model: model ? { ...model, quantization } : model };
}

function readYaml(text: string, file: string): Json {
  if (text.length > MAX_CHARACTERS) {
    throw invalid(file, `it has ${text.length} characters; a profile has at most ${MAX_CHARACTERS}`, 'Name the profile file.');
  }
  const document = parseDocument(text, { uniqueKeys: true, prettyErrors: true });
  const [problem] = document.errors;
  if (problem) {
    const [what = 'it cannot be read'] = problem.message.split('\n');
    throw invalid(file, `it is not valid YAML: ${what.replace(/:$/, '')}`, 'Correct that line.');
  }
  const value: unknown = document.toJS({ maxAliasCount: 100 });
  if (!isObject(value)) throw invalid(file, 'it holds no profile', 'Begin the file with: profile_version: 2');
  return value;
}

function check<T extends z.ZodType>(schema: T, value: unknown, file: string): z.infer<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = (issue?.path ?? []).map(String);
  if (issue?.code === 'unrecognized_keys') throw unknownKey(file, schema, path, issue.keys[0] ?? '');
  const at = path.join('.') || 'the file';
  throw invalid(file, `${at} is ${shown(valueAt(value, path))}: ${issue?.message ?? 'not allowed'}`, `Correct ${at}, or leave it out.`, at);
}

function unknownKey(file: string, schema: z.ZodType, path: readonly string[], key: string): WizardError {
  const known = knownKeys(schema, path);
  const near = nearestName(key, known);
  const where = path.length > 0 ? `${path.join('.')}.${key}` : key;
  const fix = near ? `Did you mean ${near}?` : `Known keys here: ${known.join(', ')}.`;
  return invalid(file, `${where} is no profile key`, fix, where);
}

/** The keys that an object schema has at a path; records accept any key and are stepped through. */
function knownKeys(schema: z.ZodType, path: readonly string[]): string[] {
  let here: unknown = schema;
  for (const step of path) {
    const inner = unwrap(here);
    here = isObject(inner) && isObject(inner.shape) ? inner.shape[step] : isObject(inner) ? inner.valueType : undefined;
  }
  const inner = unwrap(here);
  return isObject(inner) && isObject(inner.shape) ? Object.keys(inner.shape) : [];
}

/** Behind `optional` and `nullable`. */
function unwrap(schema: unknown): unknown {
  let here = schema;
  while (isObject(here) && typeof here.unwrap === 'function' && !isObject(here.shape)) here = here.unwrap();
  return here;
}

function unknownEnvironment(file: string, environment: string, known: readonly string[]): WizardError {
  const near = nearestName(environment, known);
  const fix =
    known.length === 0 ? 'Leave --env out; the file has no overrides.' : near ? `Did you mean ${near}?` : `It has: ${known.join(', ')}.`;
  return invalid(file, `it has no overrides for the environment "${environment}"`, fix, 'overrides');
}

function invalid(file: string, what: string, fix: string, path = ''): WizardError {
  return new WizardError('PROFILE_INVALID', { problem: `Profile ${file}: ${what}.`, fix, facts: { file, ...(path ? { path } : {}) } });
}

/** Sections are merged key by key, lists and plain values are replaced. */
function merge(base: Json, change: Json): Json {
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(change)) {
    const before = merged[key];
    if (value !== undefined) merged[key] = isObject(before) && isObject(value) ? merge(before, value) : value;
  }
  return merged;
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((here, step) => (isObject(here) || Array.isArray(here) ? Reflect.get(here, step) : undefined), value);
}

function shown(value: unknown): string {
  return value === undefined ? 'missing' : JSON.stringify(value).slice(0, 80);
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
