import { chooseStoredCopy, dimensionsOfCopy, STORAGE_NOT_KNOWN } from './choose-stored-copy.ts';
import { configFromDimensions } from './config-from-dimensions.ts';
import { lettersOf, type ModelNames, modelNames, type NamedEntry, type NameParts, nameKey, nameParts, siblingStem } from './model-names.ts';
import type { ModelDimensions, ModelIndex } from './model-record.ts';
import { nearestModels } from './nearest-models.ts';
import type { JsonObject } from './parse-json-text.ts';
import { agrees, agreesInCount, headOfShape, plausibleCount, publishedCount, recordCount, sameShape } from './shape-evidence.ts';
import { readStorageSuffix, type StorageSuffix } from './storage-suffix.ts';

/** Which facts of the catalog stand for a name, and what has to be changed in them. */
export interface Resolution {
  /** The Hub id for commands: as published where it is known, else the name as it was given. */
  readonly id: string;
  /** `catalog`: the model itself. `derived`: the shape of another model; whether the id exists is not known. */
  readonly kind: 'catalog' | 'derived';
  readonly base: { readonly from: 'record'; readonly id: string } | { readonly from: 'dimensions'; readonly row: ModelDimensions };
  /** Fields to change in the config of the base (`applyDifference`). */
  readonly set: JsonObject;
  /** Scheme that replaces the base's ("none", "awq", "fp8-dynamic" …, "unknown"); null: as the base's config says. */
  readonly quantization: { readonly name: string; readonly publisher: string | null } | null;
  /** Published count of this very id; null: none known. */
  readonly parameters: number | null;
  /** One line: what the facts are taken from. */
  readonly detail: string;
  readonly caveats: readonly string[];
}

export type ModelLookup =
  | { readonly kind: 'found'; readonly resolution: Resolution }
  | { readonly kind: 'ambiguous'; readonly candidates: readonly string[] }
  | { readonly kind: 'unknown'; readonly nearest: readonly string[] };

/** `shared`: several publishers use the name, for one and the same outcome. */
type Choice = { readonly entry: NamedEntry; readonly shared: boolean } | { readonly candidates: readonly string[] };

/** A shape found, with the reason in words. */
interface Found {
  readonly entry: NamedEntry;
  readonly because: 'name' | 'shared' | 'copy' | 'sibling' | 'dimensions';
}

interface Question extends NameParts {
  readonly text: string;
  readonly names: ModelNames;
}

/**
 * What the catalog knows under a name, from the surest rule to the weakest: the id, whatever its case; a listed alias; a
 * name without organisation; a quantized copy by its suffix; a sibling by its name; dimensions alone; a copy that is known.
 */
export function resolveModelId(text: string, index: ModelIndex): ModelLookup {
  const asked = text.trim().replace(/^(?:https?:\/\/)?(?:huggingface\.co|hf\.co)\//, '');
  const names = modelNames(index);
  const parts = nameParts(asked);
  const lookup = resolveParts({ ...parts, text: asked, names });
  if (lookup !== null) return lookup;
  const prefixed = orgInName(parts, names);
  const second = prefixed === null ? null : resolveParts({ ...prefixed, text: asked, names });
  return second ?? { kind: 'unknown', nearest: nearestModels(parts, names, 3) };
}

function resolveParts(question: Question): ModelLookup | null {
  const { names, text, org, key } = question;
  const exact = names.byId.get(text) ?? names.byLowerId().get(nameKey(text));
  if (exact !== undefined) return found(question, { entry: publishedTwin(names, exact), because: 'name' }, null);
  const named = chooseByKey(question, key);
  if (named !== null && 'candidates' in named) return { kind: 'ambiguous', candidates: named.candidates };
  if (named !== null && agrees(names, text, named.entry)) {
    return found(question, { entry: named.entry, because: org !== null ? 'copy' : named.shared ? 'shared' : 'name' }, null);
  }
  const suffix = readStorageSuffix(key);
  const stem = suffix?.stem ?? key;
  const scheme = schemeOf(suffix, org);
  const base = suffix === null ? null : chooseByKey(question, stem);
  if (base !== null && 'candidates' in base) return { kind: 'ambiguous', candidates: base.candidates };
  if (base !== null && agrees(names, text, base.entry)) return found(question, { entry: base.entry, because: 'name' }, scheme);
  const sibling = chooseSibling(question, stem);
  if (sibling !== null && (scheme !== null || agreesInCount(names, text, sibling)))
    return found(question, { entry: sibling, because: 'sibling' }, scheme);
  const row = dimensionsOf(question);
  const own = row === undefined ? null : fromRow({ ...question, text: row.id }, row, scheme);
  return own ?? fromCopy(question, stem, scheme);
}

/** The shape of a quantized copy, without its quantization. */
function fromCopy(question: Question, stem: string, scheme: Scheme): ModelLookup | null {
  const { names, text } = question;
  const plain = scheme ?? { name: 'none', caveat: STORAGE_NOT_KNOWN };
  const copy = chooseStoredCopy(names, text, stem);
  if (copy !== null) return found(question, { entry: copy, because: 'copy' }, plain);
  const row = dimensionsOfCopy(names, stem);
  if (row === undefined || row.id === text) return null;
  const original = nameParts(row.id).key === stem;
  const lookup = fromRow(question, row, original ? scheme : plain);
  if (lookup?.kind !== 'found') return null;
  return withCaveat(
    lookup.resolution,
    original ? `its dimensions are those of ${row.id}` : `its dimensions are those of its copy ${row.id}`,
  );
}

function fromRow(question: Question, row: ModelDimensions, scheme: Scheme): ModelLookup | null {
  return fromDimensions(question, row, scheme) ?? fromTwin(question, row, scheme);
}

function schemeOf(suffix: StorageSuffix | null, org: string | null): Scheme {
  if (suffix === null) return null;
  if (org === 'mlx-community') return { name: 'unknown', caveat: 'its weights are stored for MLX' };
  return { name: suffix.scheme, caveat: suffix.caveat ?? null };
}

/** "QuantTrio-Qwen3.6-27B-AWQ": an organisation in front, without the slash. */
function orgInName({ org, key }: NameParts, names: ModelNames): NameParts | null {
  const dash = key.indexOf('-');
  const first = key.slice(0, dash);
  return org === null && dash > 0 && names.orgs().has(first) ? nameParts(`${first}/${key.slice(dash + 1)}`) : null;
}

function chooseByKey({ names, org }: Question, key: string): Choice | null {
  const group = names.byKey().get(key) ?? (org === null ? names.byLetters().get(lettersOf(key)) : undefined) ?? [];
  const own = group.filter((entry) => org !== null && nameParts(entry.id).org === org);
  const models = group.filter((entry) => entry.kind === 'model');
  const pool = own.length > 0 ? own : models.length > 0 ? models : group;
  const [first] = [...pool].sort((a, b) => Number(b.id.includes('/')) - Number(a.id.includes('/')));
  if (first === undefined) return null;
  const outcomes = new Set(pool.map((entry) => (entry.kind === 'model' ? entry.id : outcomeOf(entry))));
  const shared = org === null && new Set(pool.filter((entry) => entry.id.includes('/')).map((entry) => entry.id)).size > 1;
  return outcomes.size === 1 ? { entry: first, shared } : { candidates: pool.map((entry) => entry.id).sort() };
}

/** Two aliases with one outcome are one answer. */
function outcomeOf(entry: NamedEntry): string {
  if (entry.kind === 'model') return JSON.stringify([entry.id, {}, null]);
  return JSON.stringify([entry.alias.of, entry.alias.set ?? {}, entry.alias.quantization ?? null]);
}

/** The sibling whose name has most words in common; models of the catalog before aliases, then by id. */
function chooseSibling({ names, text }: Question, key: string): NamedEntry | null {
  const words = new Set(key.split('-'));
  const common = (entry: NamedEntry): number =>
    nameParts(entry.id)
      .key.split('-')
      .filter((word) => words.has(word)).length;
  const rank = (entry: NamedEntry): number => 2 * common(entry) + (entry.kind === 'model' ? 1 : 0);
  const group = (names.byStem().get(siblingStem(key)) ?? []).filter((entry) => agrees(names, text, entry));
  return [...group].sort((a, b) => rank(b) - rank(a) || (a.id < b.id ? -1 : 1))[0] ?? null;
}

function dimensionsOf({ names, text, org, key }: Question): ModelDimensions | undefined {
  const exact = names.dimensionsById().get(nameKey(text));
  if (exact !== undefined || org !== null) return exact;
  const rows = names.dimensionsByKey().get(key) ?? [];
  return rows.every((row) => rows[0] !== undefined && sameShape(row, rows[0])) ? rows[0] : undefined;
}

type Scheme = { readonly name: string; readonly caveat: string | null } | null;

function found(question: Question, { entry, because }: Found, scheme: Scheme): ModelLookup {
  const { names, text } = question;
  const alias = entry.kind === 'alias' ? entry.alias : null;
  const target = alias?.of ?? entry.id;
  const itself = because === 'name' && scheme === null && (alias === null || alias.same === true);
  const id = because === 'name' && scheme === null ? publishedId(entry) : text;
  const stored = scheme === null || storedLike(names, target, scheme.name) ? (alias?.quantization ?? null) : scheme.name;
  const caveats = [...(alias?.caveats ?? []).filter((caveat) => scheme === null || !/^its (weights|NVFP4 mix)/.test(caveat))];
  if (scheme !== null && scheme.caveat !== null) caveats.push(scheme.caveat);
  if (because === 'sibling') {
    caveats.push(`its name says that it is a sibling of ${entry.id}; the context length is that of ${target} and may be another`);
  }
  return {
    kind: 'found',
    resolution: {
      id,
      kind: itself ? 'catalog' : 'derived',
      base: { from: 'record', id: target },
      set: alias?.set ?? {},
      quantization: stored === null ? null : { name: stored, publisher: publisherOf(id, question.org) },
      parameters: plausibleCount(id === entry.id ? (alias?.parameters ?? null) : publishedCount(names, id), recordCount(names, target)),
      detail: itself ? describeItself(names, target, text) : `the shape of ${target}${describeScheme(stored)}`,
      caveats,
    },
  };
}

/** A suffix that only repeats how the model is stored anyway ("-FP8" of a block FP8 release) keeps the model's own scheme. */
function storedLike(names: ModelNames, target: string, scheme: string): boolean {
  const entry = names.byId.get(target);
  return entry?.kind === 'model' && scheme !== 'none' && entry.model.quantization.startsWith(scheme);
}

/** Of a name without organisation, the one published id that has the same name and shape; the entry itself where there is none or several. */
function publishedTwin(names: ModelNames, entry: NamedEntry): NamedEntry {
  if (entry.id.includes('/')) return entry;
  const group = names.byLetters().get(lettersOf(nameParts(entry.id).key)) ?? [];
  const twins = group.filter((other) => other.id.includes('/') && outcomeOf(other) === outcomeOf(entry));
  return twins.length === 1 && twins[0] !== undefined ? twins[0] : entry;
}

/** The id for commands; a name without organisation that is only another name of a model gives way to the model's id. */
function publishedId(entry: NamedEntry): string {
  return entry.kind === 'alias' && entry.alias.same === true && !entry.id.includes('/') ? entry.alias.of : entry.id;
}

function fromDimensions(question: Question, given: ModelDimensions, scheme: Scheme): ModelLookup | null {
  const row = given.tiedHead === null ? { ...given, tiedHead: headOfShape(question.names, given) } : given;
  const synthesised = configFromDimensions(row);
  if (synthesised === null) return null;
  return {
    kind: 'found',
    resolution: {
      id: question.text,
      kind: 'derived',
      base: { from: 'dimensions', row },
      set: {},
      quantization: scheme === null ? null : { name: scheme.name, publisher: publisherOf(question.text, question.org) },
      parameters: publishedCount(question.names, question.text),
      detail: `the published dimensions of ${row.id}${describeScheme(scheme?.name ?? null)}`,
      caveats: [...synthesised.caveats, ...(scheme?.caveat ? [scheme.caveat] : [])],
    },
  };
}

/** Equal counts that differ by less are the same tensors: a checkpoint may hold a few extra scalars. */
const SAME_COUNT_FRACTION = 0.001;

/** A model of the catalog with equal dimensions throughout and, where the weights are plain, an equal published count. */
function fromTwin(question: Question, row: ModelDimensions, scheme: Scheme): ModelLookup | null {
  const { names } = question;
  const count = publishedCount(names, question.text);
  for (const entry of names.byId.values()) {
    if (entry.kind !== 'model' || entry.model.quantization !== 'none') continue;
    const other = names.dimensionsById().get(nameKey(entry.id));
    if (other === undefined || !sameShape(row, other)) continue;
    const published = entry.model.parameters;
    const equal = count !== null && published !== null && Math.abs(count - published) <= SAME_COUNT_FRACTION * published;
    if (scheme === null && !equal) continue;
    const lookup = found(question, { entry, because: 'dimensions' }, scheme);
    return lookup.kind === 'found'
      ? withCaveat(lookup.resolution, `its dimensions are those of ${entry.id}; its config.json is not known`)
      : lookup;
  }
  return null;
}

function withCaveat(resolution: Resolution, caveat: string): ModelLookup {
  return { kind: 'found', resolution: { ...resolution, caveats: [...resolution.caveats, caveat] } };
}

function publisherOf(id: string, org: string | null): string | null {
  return id.includes('/') ? id.slice(0, id.indexOf('/')) : org;
}

function describeItself(names: ModelNames, target: string, text: string): string {
  const entry = names.byId.get(target);
  const origin = (entry?.kind === 'model' ? entry.model.origin : undefined) ?? 'embedded catalog';
  return target === text ? origin : `${origin}: ${target}`;
}

function describeScheme(scheme: string | null): string {
  if (scheme === null || scheme === 'unknown') return '';
  return scheme === 'none' ? ', not quantized' : `, stored as ${scheme}`;
}
