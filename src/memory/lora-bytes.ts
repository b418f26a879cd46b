import type { ExpertsSpec, LinearSpec, ModuleSpec } from '../model/module-spec.ts';
import { sum } from '../units/integers.ts';
import { localExperts } from './expert-bytes.ts';
import { expertShare, headsOfRank, type Layout, type Rank, shareOf } from './layout.ts';

/** Adapters that fit on the device at once (`--max-loras`) and the largest rank (`--max-lora-rank`). */
export interface LoraSlots {
  readonly maxLoras: number;
  readonly rank: number;
  /** `--fully-sharded-loras`: A of column layers is split by its rank, B of row layers by its outputs. */
  readonly fullySharded?: boolean;
}

/**
 * Tensors of the adapter slots of one module. Each fused part has an A of its own; A is whole on every rank of a column
 * layer, B is whole on every rank of a row layer.
 *
 *   A: slots × rank × inputs (a part) · B: slots × rank × outputs (a part)
 *
 * Slots of embeddings and head, which a few models have, are not counted.
 *
 * @source vLLM 0.33.0 `lora/layers/` column_parallel_linear.py, base_linear.py, row_parallel_linear.py, fused_moe.py
 */
export function loraTensors(
  module: ModuleSpec,
  slots: LoraSlots,
  place: { readonly layout: Layout; readonly rank: Rank },
): readonly number[] {
  const each = slots.maxLoras * slots.rank;
  const shards = slots.fullySharded === true ? place.layout.tensorParallel : 1;
  if (module.kind === 'linear') return linearSlots(module, place.layout, shards).map((features) => each * features);
  if (module.kind === 'experts') return expertSlots(module, place, shards).map((features) => each * features);
  return [];
}

function linearSlots(module: LinearSpec, { tensorParallel }: Layout, shards: number): readonly number[] {
  const inputs = module.split === 'row' ? shareOf(module.inFeatures, tensorParallel) : module.inFeatures;
  const outputs = module.parts.map((part) => {
    if (module.split === 'row') return part.outFeatures / shards;
    if (module.split !== 'column') return part.outFeatures;
    if (part.heads === undefined) return shareOf(part.outFeatures, tensorParallel);
    return headsOfRank(part.heads, tensorParallel) * (part.outFeatures / part.heads);
  });
  const sharedInputs = module.split === 'column' ? inputs / shards : inputs;
  return [...outputs.map(() => sharedInputs), ...outputs];
}

function expertSlots(
  module: ExpertsSpec,
  { layout, rank }: { readonly layout: Layout; readonly rank: Rank },
  shards: number,
): readonly number[] {
  const local = localExperts(module, expertShare(module.experts, layout, rank));
  const slices = local.gated ? 2 : 1;
  const first = slices * local.experts * sum([local.hiddenSize / shards, local.intermediateSize]);
  const second = local.experts * sum([local.hiddenSize / shards, local.intermediateSize]);
  return [first, second];
}
