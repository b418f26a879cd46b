import type { ModelAlias, ModelDimensions, ModelIndex, ModelSummary } from './model-record.ts';
import { readStorageSuffix } from './storage-suffix.ts';

/** A name to look up, or the name of something that can be found. */
export interface NameParts {
  /** The organisation in lower case; null: the name has none. */
  readonly org: string | null;
  /** The rest, in the form in which names are compared. */
  readonly key: string;
}

/** What a name can lead to. */
export type NamedEntry =
  | { readonly kind: 'model'; readonly id: string; readonly model: ModelSummary }
  | { readonly kind: 'alias'; readonly id: string; readonly alias: ModelAlias };

/** The maps behind a lookup, each made once per index and only when a lookup gets to it: most names are exact ids. */
export interface ModelNames {
  readonly byId: ReadonlyMap<string, NamedEntry>;
  readonly byLowerId: () => ReadonlyMap<string, NamedEntry>;
  /** By name without organisation. */
  readonly byKey: () => ReadonlyMap<string, readonly NamedEntry[]>;
  /** By name without organisation and without anything but letters and digits. */
  readonly byLetters: () => ReadonlyMap<string, readonly NamedEntry[]>;
  /** By name without the words that tell siblings of one shape apart. */
  readonly byStem: () => ReadonlyMap<string, readonly NamedEntry[]>;
  /** Published copies whose name ends in how they are stored, by the name before it. */
  readonly copiesByStem: () => ReadonlyMap<string, readonly NamedEntry[]>;
  readonly orgs: () => ReadonlySet<string>;
  readonly dimensionsById: () => ReadonlyMap<string, ModelDimensions>;
  readonly dimensionsByKey: () => ReadonlyMap<string, readonly ModelDimensions[]>;
  /** As `copiesByStem`, of ids that are known by their dimensions. */
  readonly dimensionsByStem: () => ReadonlyMap<string, readonly ModelDimensions[]>;
  readonly publishedByLowerId: () => ReadonlyMap<string, number>;
}

/** Case, spaces and underscores do not tell names apart. */
export function nameKey(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replace(/[\s_]+/g, '-')
    .replace(/-{2,}/g, '-');
}

/** Organisations that some publishers put into the name itself, and others leave out. */
const MAKER_IN_NAME = /^(?:meta-|nvidia-)(?=llama|nemotron)/;

export function nameParts(text: string): NameParts {
  const slash = text.indexOf('/');
  const key = nameKey(slash < 0 ? text : text.slice(slash + 1)).replace(MAKER_IN_NAME, '');
  return { org: slash < 0 ? null : nameKey(text.slice(0, slash)), key };
}

/** Letters and digits alone: "Llama2-7B" and "llama-2-7b" are one name. */
export function lettersOf(key: string): string {
  return key.replace(/[^a-z0-9]/g, '');
}

/** Words behind a name that tell copies of one shape apart: tuning, format of the upload, and the month of it. */
const SIBLING_WORDS = /-(?:instruct|chat|it|pt|base|thinking|reasoning|preview|hf|fp16|bf16|\d{4})$/;

export function siblingStem(key: string): string {
  let stem = key;
  while (SIBLING_WORDS.test(stem)) stem = stem.replace(SIBLING_WORDS, '');
  return stem;
}

const cache = new WeakMap<ModelIndex, ModelNames>();

export function modelNames(index: ModelIndex): ModelNames {
  const known = cache.get(index);
  if (known !== undefined) return known;
  const names = buildNames(index);
  cache.set(index, names);
  return names;
}

function buildNames(index: ModelIndex): ModelNames {
  const entries: readonly NamedEntry[] = [
    ...index.models.map((model): NamedEntry => ({ kind: 'model', id: model.id, model })),
    ...index.aliases.map((alias): NamedEntry => ({ kind: 'alias', id: alias.id, alias })),
  ];
  const published = once(() => entries.filter((entry) => entry.id.includes('/')));
  return {
    byId: firstOf(entries, (entry) => entry.id),
    byLowerId: once(() => firstOf(entries, (entry) => nameKey(entry.id))),
    byKey: once(() => groupOf(entries, (entry) => nameParts(entry.id).key)),
    byLetters: once(() => groupOf(entries, (entry) => lettersOf(nameParts(entry.id).key))),
    byStem: once(() => groupOf(published(), (entry) => siblingStem(nameParts(entry.id).key))),
    copiesByStem: once(() => groupOf(published().filter(isStoredCopy), (entry) => storedStem(entry.id))),
    orgs: once(() => new Set(published().map((entry) => nameParts(entry.id).org ?? ''))),
    dimensionsById: once(() => firstOf(index.dimensions(), (row) => nameKey(row.id))),
    dimensionsByKey: once(() => groupOf(index.dimensions(), (row) => nameParts(row.id).key)),
    dimensionsByStem: once(() => groupOf(index.dimensions().filter(isStoredCopy), (row) => storedStem(row.id))),
    publishedByLowerId: once(() => new Map([...index.publishedParameters()].map(([id, count]) => [nameKey(id), count]))),
  };
}

function isStoredCopy({ id }: { readonly id: string }): boolean {
  return readStorageSuffix(nameParts(id).key) !== null;
}

function storedStem(id: string): string {
  const { key } = nameParts(id);
  return readStorageSuffix(key)?.stem ?? key;
}

function firstOf<Entry>(entries: readonly Entry[], keyOf: (entry: Entry) => string): ReadonlyMap<string, Entry> {
  const map = new Map<string, Entry>();
  for (const entry of entries) if (!map.has(keyOf(entry))) map.set(keyOf(entry), entry);
  return map;
}

function groupOf<Entry>(entries: readonly Entry[], keyOf: (entry: Entry) => string): ReadonlyMap<string, readonly Entry[]> {
  const map = new Map<string, Entry[]>();
  for (const entry of entries) {
    const group = map.get(keyOf(entry));
    if (group === undefined) map.set(keyOf(entry), [entry]);
    else group.push(entry);
  }
  return map;
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
