import { isAtLeast, type Version } from '../engine/version.ts';
import type { LayerSpec, ModelSpec } from '../model/model-spec.ts';
import type { LinearSpec, ModuleSpec } from '../model/module-spec.ts';
import { UNQUANTIZED } from '../model/quantization/schemes.ts';
import { draftKind, EAGLE3_VOCABULARY } from './draft-layers.ts';
import { moduleTensors, type Place, type ShardContext } from './module-tensors.ts';

/** How the engine drafts, as far as weights go. */
export interface DraftOptions {
  readonly method: string | null;
  readonly version: Version;
}

/** Hidden states of this many target layers feed an EAGLE-3 head. @source vLLM 0.33.0 `models/llama_eagle3.py` */
const EAGLE3_STATES = 3;
/** Feed-forward width of a head for a mixture of experts, as a multiple of the hidden size. Heads are dense Llama layers. */
const DENSE_WIDTH = 4;
/** Bytes of an entry of the table from draft to target tokens (torch.long). */
const TOKEN_ID_BYTES = 8;

/**
 * Tensors that drafting adds to the last stage, without those of a separate draft model. The embedding is the target's
 * where there is one stage, else a copy; heads are the target's, except that multi-token prediction kept its own before
 * 0.16 and that EAGLE-3 has a smaller vocabulary.
 *
 * @source vLLM v1/spec_decode/eagle.py at 0.10.2 to 0.18.1, llm_base_proposer.py from 0.20.2 on
 */
export function draftTensors(model: ModelSpec, { method, version }: DraftOptions, context: ShardContext): readonly number[] {
  const kind = draftKind(method);
  const ownEmbedding = context.layout.pipelineParallel > 1;
  switch (kind) {
    case 'mtp': {
      if (model.mtpLayers.length === 0) return [];
      const keepsHead = !isAtLeast(version, '0.16.0');
      const heads = keepsHead ? model.mtpModules.filter((module) => module.kind === 'vocab' && module.name.endsWith('head')) : [];
      const others = model.mtpModules.filter((module) => module.kind !== 'vocab');
      const embedding = ownEmbedding ? [model.embedding] : [];
      const layers = model.mtpLayers.flatMap((layer, index) => mtpTensors(model, layer, index, context));
      return [...layers, ...tensorsOf(others, OUTSIDE, context), ...tensorsOf([...heads, ...embedding], VOCABULARY, context)];
    }
    case 'eagle':
    case 'eagle3': {
      const plain = { ...context, quantization: UNQUANTIZED };
      const head = eagleModules(model, kind);
      const embedding = ownEmbedding ? [model.embedding] : [];
      const table = kind === 'eagle3' ? [EAGLE3_VOCABULARY * TOKEN_ID_BYTES] : [];
      return [...tensorsOf(head, OUTSIDE, plain), ...tensorsOf(embedding, VOCABULARY, plain), ...table];
    }
    case 'none':
    case 'model':
      return [];
    default:
      return kind satisfies never;
  }
}

const OUTSIDE: Place = { prefix: '', role: 'layer', split: true };
const VOCABULARY: Place = { prefix: '', role: 'embedding', split: true };

function mtpTensors(model: ModelSpec, layer: LayerSpec, index: number, context: ShardContext): readonly number[] {
  const { prefix, firstIndex } = model.mtpLayerNames;
  const place: Place = { prefix: `${prefix}${firstIndex + index}.`, role: 'layer', split: true };
  return tensorsOf(layer.modules.filter(isStored), place, context);
}

/** Rotary tables are shared with the target's layers. */
function isStored(module: ModuleSpec): boolean {
  return !(module.kind === 'tensor' && module.derived === true && module.name.endsWith('cos_sin_cache'));
}

/** The target's last layer as a dense head, behind a projection of what it is fed. */
function eagleModules(model: ModelSpec, kind: 'eagle' | 'eagle3'): readonly ModuleSpec[] {
  const { hiddenSize: hidden } = model;
  const layer = model.layers.at(-1)?.modules.filter(isStored) ?? [];
  const isMixture = layer.some((module) => module.kind === 'experts');
  const dense = isMixture ? [...layer.filter((module) => !belongsToMixture(module)), ...denseMlp(hidden)] : layer;
  if (kind === 'eagle') return [projection(2 * hidden, hidden), ...dense];
  const widened = dense.map((module) => (isQueryProjection(module, hidden) ? { ...module, inFeatures: 2 * hidden } : module));
  const norms = ['hidden_norm', 'norm'].map((name): ModuleSpec => ({ kind: 'tensor', name, elements: hidden, split: 'replicated' }));
  const head: ModuleSpec = { kind: 'vocab', name: 'lm_head', rows: EAGLE3_VOCABULARY, columns: hidden, bias: false };
  return [projection(EAGLE3_STATES * hidden, hidden), ...widened, ...norms, head];
}

function belongsToMixture(module: ModuleSpec): boolean {
  return module.kind === 'experts' || (module.kind === 'linear' && (module.role === 'router' || module.role === 'shared-expert'));
}

function isQueryProjection(module: ModuleSpec, hidden: number): module is LinearSpec {
  return module.kind === 'linear' && module.role === 'attention' && module.split !== 'row' && module.inFeatures === hidden;
}

function projection(inFeatures: number, outFeatures: number): LinearSpec {
  return {
    kind: 'linear',
    parts: [{ name: 'fc', outFeatures }],
    inFeatures,
    bias: false,
    split: 'replicated',
    quantizable: false,
    role: 'other',
  };
}

function denseMlp(hidden: number): readonly LinearSpec[] {
  const width = DENSE_WIDTH * hidden;
  const base = { kind: 'linear', bias: false, quantizable: true, role: 'mlp' } as const;
  const gateUp = ['mlp.gate_proj', 'mlp.up_proj'].map((name) => ({ name, outFeatures: width }));
  return [
    { ...base, parts: gateUp, inFeatures: hidden, split: 'column' },
    { ...base, parts: [{ name: 'mlp.down_proj', outFeatures: hidden }], inFeatures: width, split: 'row' },
  ];
}

function tensorsOf(modules: readonly ModuleSpec[], place: Place, context: ShardContext): readonly number[] {
  return modules.flatMap((module) => moduleTensors(module, place, context));
}
