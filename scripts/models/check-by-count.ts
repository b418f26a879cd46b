import { candidateConfigs } from '../../src/catalog/checked-types.ts';
import { nameParts } from '../../src/catalog/model-names.ts';
import type { ModelDimensions } from '../../src/catalog/model-record.ts';
import type { JsonObject } from '../../src/catalog/parse-json-text.ts';
import { sameShape } from '../../src/catalog/shape-evidence.ts';
import { readStorageSuffix } from '../../src/catalog/storage-suffix.ts';
import { countParameters } from '../../src/model/count-parameters.ts';
import { parseModel } from '../../src/model/parse-model.ts';

type Checked = Pick<ModelDimensions, 'tiedHead' | 'checkedAs'>;

/**
 * The rows, with the candidate config that makes exactly the published number of parameters where a type has candidates.
 * Rows of the same shape that have no plain count of their own take over what the others agree on.
 */
export function checkByCount(rows: readonly ModelDimensions[], published: ReadonlyMap<string, number>): readonly ModelDimensions[] {
  const settled = new Map<string, Checked>();
  const open = rows.filter((row) => candidateConfigs(row).length > 0);
  for (const row of open) {
    const checked = settle(row, published.get(row.id) ?? null);
    if (checked !== null) settled.set(row.id, checked);
  }
  const takenOver = (row: ModelDimensions): Checked | null => {
    if (!open.includes(row) || (published.has(row.id) && readStorageSuffix(nameParts(row.id).key) === null)) return null;
    const others = open.filter((other) => sameShape(row, other)).flatMap((other) => settled.get(other.id) ?? []);
    const [first] = others;
    return first && others.every((other) => other.tiedHead === first.tiedHead && other.checkedAs === first.checkedAs) ? first : null;
  };
  return rows.map((row) => ({ ...row, ...(settled.get(row.id) ?? takenOver(row)) }));
}

function settle(row: ModelDimensions, count: number | null): Checked | null {
  if (count === null) return null;
  for (const tiedHead of [true, false]) {
    const candidates = candidateConfigs({ ...row, tiedHead });
    const checkedAs = candidates.findIndex((config) => {
      const counted = parametersOf(row.id, config);
      return count === counted || count === counted + rotaryFrequencies(row);
    });
    if (checkedAs >= 0) return { tiedHead, checkedAs };
  }
  return null;
}

/** Some checkpoints store these beside the weights, half a head a layer: Llama 2 (64 × 32 layers) and Moonlight (64 × 27). */
function rotaryFrequencies({ layers, headDim }: ModelDimensions): number {
  return (layers * headDim) / 2;
}

function parametersOf(id: string, config: JsonObject): number {
  const model = parseModel({
    id,
    revision: null,
    config,
    hfQuantConfig: null,
    source: { kind: 'derived', detail: 'a candidate' },
    publishedParameters: null,
    activeParameters: null,
    checkpointBytes: null,
    pools: false,
  });
  return countParameters(model).total;
}
