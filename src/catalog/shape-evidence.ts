import { type ModelNames, type NamedEntry, nameKey } from './model-names.ts';
import type { ModelDimensions } from './model-record.ts';

/** Whether what is known of the id itself speaks against the shape: its row of dimensions. */
export function agrees(names: ModelNames, text: string, entry: NamedEntry): boolean {
  const own = names.dimensionsById().get(nameKey(text));
  const target = entry.kind === 'model' ? entry.id : entry.alias.of;
  const other = names.dimensionsById().get(nameKey(entry.id)) ?? names.dimensionsById().get(nameKey(target));
  if (own === undefined || other === undefined) return true;
  const vocabulary = Math.abs(own.vocabSize - other.vocabSize) <= 0.01 * other.vocabSize;
  return vocabulary && own.layers === other.layers && own.heads === other.heads && own.hiddenSize === other.hiddenSize;
}

/**
 * Published counts of one shape in one storage; a tied head stored twice and drafting layers left out stay inside.
 * DeepSeek-V4-Flash-Base (FP8) against DeepSeek-V4-Flash (FP4, counted packed) is 1.85.
 */
const SIBLING_COUNT_RATIO = { low: 0.55, high: 1.3 };

/** Whether the published count of a name that says nothing of its storage fits the sibling. */
export function agreesInCount(names: ModelNames, text: string, entry: NamedEntry): boolean {
  const own = publishedCount(names, text);
  const other = countOf(names, entry);
  if (own === null || other === null) return true;
  return own >= SIBLING_COUNT_RATIO.low * other && own <= SIBLING_COUNT_RATIO.high * other;
}

function countOf(names: ModelNames, entry: NamedEntry): number | null {
  if (entry.kind === 'model') return entry.model.parameters;
  return entry.alias.parameters ?? recordCount(names, entry.alias.of);
}

/** Published count of a model with a record. */
export function recordCount(names: ModelNames, id: string): number | null {
  const entry = names.byId.get(id);
  return entry?.kind === 'model' ? entry.model.parameters : null;
}

export function sameShape(a: ModelDimensions, b: ModelDimensions): boolean {
  const shape = ({ id: _id, tiedHead: _tiedHead, checkedAs: _checkedAs, ...rest }: ModelDimensions): string => JSON.stringify(rest);
  return shape(a) === shape(b);
}

export function publishedCount(names: ModelNames, id: string): number | null {
  return names.publishedByLowerId().get(nameKey(id)) ?? null;
}

/** The fewest elements that a checkpoint of a shape can have: eight 4-bit weights in one 32-bit word, and a little more. */
const FEWEST_ELEMENTS_FRACTION = 0.11;

/** Some published counts of quantized mixtures leave the experts out (Qwen3-Coder-480B-A35B-Instruct-FP8: 16.5 of 480 billion); those are not taken. */
export function plausibleCount(count: number | null, whole: number | null): number | null {
  return count !== null && whole !== null && count < FEWEST_ELEMENTS_FRACTION * whole ? null : count;
}

/** Whether models of exactly these dimensions tie their head, where those that are known agree. */
export function headOfShape(names: ModelNames, row: ModelDimensions): boolean | null {
  const heads = new Set<boolean>();
  for (const other of names.dimensionsById().values()) {
    if (other.tiedHead !== null && sameShape(row, other)) heads.add(other.tiedHead);
  }
  const [tied] = heads;
  return heads.size === 1 && tied !== undefined ? tied : null;
}
