import { BYTES_OF_DTYPE, type DType, type LayerSpec, type ModelSpec, type TowerSpec } from '../model/model-spec.ts';
import type { ModuleSpec, TensorSpec } from '../model/module-spec.ts';
import { schemeOf } from '../model/quantization/scheme-of.ts';
import type { QuantizationSpec } from '../model/quantization-spec.ts';
import { type Bytes, bytes } from '../units/bytes.ts';
import { sum } from '../units/integers.ts';
import { allocatedBytes } from './caching-allocator.ts';
import { draftKind } from './draft-layers.ts';
import { type DraftOptions, draftTensors } from './draft-weights.ts';
import { headsOfRank, type Layout, type Rank, type Stage, stagesOf } from './layout.ts';
import { type LoraSlots, loraTensors } from './lora-bytes.ts';
import { moduleTensors, type Place, type ShardContext } from './module-tensors.ts';
import type { WeightKernels } from './weight-kernels.ts';

export interface WeightOptions {
  /** The model's dtype after `--dtype`. */
  readonly dtype: DType;
  readonly quantization: QuantizationSpec;
  readonly kernels: WeightKernels;
  /** `--mm-encoder-tp-mode weights`: towers that can be split are split. */
  readonly splitTowers: boolean;
  /** false: encoders are not loaded (`--language-model-only`). */
  readonly towers: boolean;
  readonly loraSlots: LoraSlots | null;
  /** Speculation whose layers are loaded with the model; absent: none. */
  readonly draft?: DraftOptions | null;
}

/** Device memory of the weights of one rank. All parts but `allocator` are exact sums over tensors. */
export interface WeightBytes {
  /** "Model loading took". */
  readonly total: Bytes;
  readonly embedding: Bytes;
  readonly head: Bytes;
  /** Decoder layers without routed experts, with the modules before and after them. */
  readonly layers: Bytes;
  readonly experts: Bytes;
  readonly towers: Bytes;
  /** Wide copies of a quantized `kv_b_proj` that latent attention multiplies with. */
  readonly mlaCopies: Bytes;
  readonly lora: Bytes;
  /** Prediction layers or the head that speculation loads, with what it does not share. */
  readonly draft: Bytes;
  /** What the engine makes beside the weights: rotary tables, workspaces of latent attention. */
  readonly tables: Bytes;
  /** What torch's allocator hands out above the sum of the tensors. */
  readonly allocator: Bytes;
}

type Part = Exclude<keyof WeightBytes, 'total' | 'allocator'>;

interface Tensor {
  readonly part: Part;
  readonly size: number;
}

/**
 * Weights of one rank, tensor by tensor, as vLLM shards, pads and reorders them; then rounded the way that torch's
 * allocator counts them. The MTP layers of a checkpoint are loaded for speculation alone; a separate draft model is not
 * counted here.
 *
 * @source vLLM 0.33.0 `layers/linear.py`, `layers/vocab_parallel_embedding.py`, `models/utils.py` (PPMissingLayer);
 *   the sources of the parts
 */
export function weightsOfRank(model: ModelSpec, layout: Layout, rank: Rank, options: WeightOptions): WeightBytes {
  const stage = stagesOf(model.layers.length, layout)[rank.stage];
  if (stage === undefined) throw new RangeError(`no pipeline stage ${rank.stage} of ${layout.pipelineParallel}`);
  const { kernels, quantization } = options;
  const context: ShardContext = { layout, rank, quantization, kernels, dtypeBytes: BYTES_OF_DTYPE[options.dtype] };
  const tensors = [
    ...firstStage(model, stage, context, options),
    ...tables(model, stage, context),
    ...model.layers.slice(stage.start, stage.end).flatMap((layer, at) => layerTensors(model, layer, stage.start + at, context, options)),
    ...lastStage(model, stage, context, options),
  ];
  const of = (part: Part): Bytes => bytes(sum(tensors.filter((tensor) => tensor.part === part).map((tensor) => tensor.size)));
  const total = allocatedBytes(
    tensors.map((tensor) => tensor.size),
    kernels.allocatorMaxSplitBytes,
  );
  return {
    total,
    embedding: of('embedding'),
    head: of('head'),
    layers: of('layers'),
    experts: of('experts'),
    towers: of('towers'),
    mlaCopies: of('mlaCopies'),
    lora: of('lora'),
    draft: of('draft'),
    tables: of('tables'),
    allocator: bytes(total - sum(tensors.map((tensor) => tensor.size))),
  };
}

function firstStage(model: ModelSpec, stage: Stage, context: ShardContext, options: WeightOptions): readonly Tensor[] {
  if (!stage.isFirst) return [];
  const towers = options.towers ? model.towers.flatMap((tower) => towerTensors(tower, context, options.splitTowers)) : [];
  return [
    ...towers,
    ...tagged('embedding', [model.embedding], { prefix: '', role: 'embedding', split: true }, context),
    ...tagged('layers', model.preLayers.filter(isWeight), OUTSIDE, context),
  ];
}

/** Norm and head; a tied head is the embedding itself, of which a last stage that is not the first holds a copy. */
function lastStage(model: ModelSpec, stage: Stage, context: ShardContext, options: WeightOptions): readonly Tensor[] {
  if (!stage.isLast) return [];
  const norms = tagged('layers', model.postLayers.filter(isWeight), OUTSIDE, context);
  const drafting = draftPart(model, context, options);
  const tied = model.task === 'generate' && !stage.isFirst;
  const head = model.head ?? (tied ? model.embedding : null);
  if (head === null) return [...norms, ...drafting];
  const role = model.head === null ? 'embedding' : 'head';
  return [...norms, ...tagged('head', [head], { prefix: '', role, split: true }, context), ...drafting];
}

function draftPart(model: ModelSpec, context: ShardContext, { draft }: WeightOptions): readonly Tensor[] {
  if (!draft) return [];
  const weights = draftTensors(model, draft, context);
  const copies = draftKind(draft.method) === 'mtp' ? mtpCopies(model, context) : [];
  return [...weights, ...copies].map((size): Tensor => ({ part: 'draft', size: Math.ceil(size) }));
}

function mtpCopies(model: ModelSpec, context: ShardContext): readonly number[] {
  const { prefix, firstIndex } = model.mtpLayerNames;
  return model.mtpLayers.flatMap((layer, index) =>
    mlaCopies(model, layer, { prefix: `${prefix}${firstIndex + index}.`, role: 'layer', split: true }, context),
  );
}

const OUTSIDE: Place = { prefix: '', role: 'layer', split: true };

function layerTensors(model: ModelSpec, layer: LayerSpec, index: number, context: ShardContext, options: WeightOptions): readonly Tensor[] {
  const { prefix, firstIndex } = model.layerNames;
  const place: Place = { prefix: `${prefix}${firstIndex + index}.`, role: 'layer', split: true };
  const modules = layer.modules.filter(isWeight);
  const weights = modules.flatMap((module) => tagged(module.kind === 'experts' ? 'experts' : 'layers', [module], place, context));
  const slots = options.loraSlots;
  const lora =
    slots === null ? [] : modules.flatMap((module) => loraTensors(module, slots, context).map((elements) => elements * context.dtypeBytes));
  const copies = mlaCopies(model, layer, place, context);
  return [
    ...weights,
    ...lora.map((size): Tensor => ({ part: 'lora', size })),
    ...copies.map((size): Tensor => ({ part: 'mlaCopies', size })),
  ];
}

/**
 * W_UK and W_UV of latent attention: views of an unquantized `kv_b_proj`, else a copy in the model's dtype beside it.
 *
 *   heads / tp × (nope + v) × kv_lora_rank × dtype bytes, a layer
 *
 * @source vLLM 0.33.0 `layers/attention/mla_attention.py` process_weights_after_loading
 */
function mlaCopies(
  model: ModelSpec,
  layer: LayerSpec,
  place: Place,
  { layout, quantization, dtypeBytes }: ShardContext,
): readonly number[] {
  const { mla } = model;
  if (mla === null) return [];
  const parts = layer.modules.flatMap((module) => (module.kind === 'linear' && module.quantizable ? module.parts : []));
  const projection = parts.find((part) => part.name.endsWith('kv_b_proj'));
  if (projection === undefined || schemeOf(quantization, place.prefix + projection.name, 'linear').kind === 'plain') return [];
  const heads = headsOfRank(model.attentionHeads, layout.tensorParallel);
  return [heads * (mla.qkNopeHeadDim + mla.vHeadDim) * mla.kvLoraRank * dtypeBytes];
}

function towerTensors(tower: TowerSpec, context: ShardContext, splitTowers: boolean): readonly Tensor[] {
  const place: Place = { prefix: '', role: 'tower', split: tower.shardable && splitTowers };
  return tagged('towers', tower.modules.filter(isWeight), place, context);
}

/** Tables that layers of a stage share, once each; every stage with layers that use them has its own. */
function tables(model: ModelSpec, stage: Stage, context: ShardContext): readonly Tensor[] {
  const modules = [...model.preLayers, ...model.layers.slice(stage.start, stage.end).flatMap((layer) => layer.modules)];
  const shared = new Map<string, TensorSpec>();
  for (const module of modules) {
    if (module.kind === 'tensor' && isTable(module)) shared.set(`${module.name} ${module.elements}`, module);
  }
  const sparse = model.layers.some((layer) => layer.caches.some((cache) => cache.kind === 'latent' && cache.sparse));
  const { mlaWorkspaces, sparseMlaWorkspaces } = context.kernels;
  const workspaces = model.mla === null ? [] : [...mlaWorkspaces, ...(sparse ? sparseMlaWorkspaces : [])];
  return [...tagged('tables', [...shared.values()], OUTSIDE, context), ...workspaces.map((size): Tensor => ({ part: 'tables', size }))];
}

function isWeight(module: ModuleSpec): boolean {
  return !isTable(module);
}

/** Rotary tables (model/read-rotary.ts); other tensors that the engine makes belong to their layer. */
function isTable(module: ModuleSpec): boolean {
  return module.kind === 'tensor' && module.derived === true && module.name.endsWith('cos_sin_cache');
}

function tagged(part: Part, modules: readonly ModuleSpec[], place: Place, context: ShardContext): readonly Tensor[] {
  return modules.flatMap((module) => moduleTensors(module, place, context).map((size): Tensor => ({ part, size: Math.ceil(size) })));
}
