import type { ConfigReader } from '../config-reader.ts';
import type { LinearPart, ModuleSpec } from '../module-spec.ts';
import { columnLinear, norm, replicatedLinear, rowLinear } from './linear.ts';

/** A matrix split by its outputs; several names are one fused matrix. */
export function towerColumn(parts: readonly LinearPart[], inFeatures: number, bias: boolean): ModuleSpec {
  return columnLinear(parts, inFeatures, { bias, role: 'tower' });
}

/** A matrix split by its inputs. */
export function towerRow(name: string, outFeatures: number, inFeatures: number, bias: boolean): ModuleSpec {
  return rowLinear(name, outFeatures, inFeatures, { bias, role: 'tower' });
}

/** Patch embedding and other convolutions: a plain torch layer, whole on every rank and never quantized. */
export function plainTowerLinear(name: string, outFeatures: number, inFeatures: number, bias: boolean): ModuleSpec {
  return replicatedLinear([{ name, outFeatures }], inFeatures, { bias, role: 'tower', quantizable: false });
}

/** A projector between tower and language model that every rank holds whole, yet with a quantization method. */
export function replicatedProjector(name: string, outFeatures: number, inFeatures: number, bias: boolean): ModuleSpec {
  return replicatedLinear([{ name, outFeatures }], inFeatures, { bias, role: 'projector' });
}

export interface EncoderLayerInit {
  readonly prefix: string;
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly heads: number;
  /** Fewer than heads in few towers (EXAONE 4.5). */
  readonly kvHeads?: number;
  /** Differs from hiddenSize / heads in few towers. */
  readonly headDim?: number;
  /** Fused ("attn.qkv") or three names of the attention inputs, then the output. */
  readonly attention: { readonly inputs: readonly string[]; readonly output: string };
  readonly attentionBias: boolean;
  readonly outputBias?: boolean;
  /** Inputs (gate and up, or one) and output of the feed-forward part. */
  readonly mlp: { readonly inputs: readonly string[]; readonly output: string };
  readonly mlpBias: boolean;
  readonly norms: readonly string[];
  readonly normKind: 'rms' | 'layer';
}

/**
 * One layer of a vision or audio encoder, split over ranks like a decoder layer.
 *
 * @source vLLM 0.33.0 `models/clip.py`, `siglip.py`, `pixtral.py`, `qwen2_vl.py`, `qwen3_vl.py`
 */
export function encoderLayer(init: EncoderLayerInit): readonly ModuleSpec[] {
  const { prefix, hiddenSize, intermediateSize, heads, kvHeads = heads, attention, mlp, attentionBias, mlpBias } = init;
  const headDim = init.headDim ?? hiddenSize / heads;
  const [queries = 'attn', keys = queries, values = queries] = attention.inputs;
  const inputs = [
    { name: queries, heads },
    { name: keys, heads: kvHeads },
    { name: values, heads: kvHeads },
  ];
  return [
    towerColumn(
      inputs.map((part) => ({ name: `${prefix}.${part.name}`, outFeatures: part.heads * headDim, heads: part.heads })),
      hiddenSize,
      attentionBias,
    ),
    towerRow(`${prefix}.${attention.output}`, hiddenSize, heads * headDim, init.outputBias ?? attentionBias),
    towerColumn(
      mlp.inputs.map((name) => ({ name: `${prefix}.${name}`, outFeatures: intermediateSize })),
      hiddenSize,
      mlpBias,
    ),
    towerRow(`${prefix}.${mlp.output}`, hiddenSize, intermediateSize, mlpBias),
    ...init.norms.map((name) => norm(`${prefix}.${name}`, hiddenSize, init.normKind)),
  ];
}

/** `count` layers whose names differ only in the number. */
export function encoderLayers(count: number, layer: (index: number) => readonly ModuleSpec[]): readonly ModuleSpec[] {
  return Array.from({ length: count }, (_, index) => layer(index)).flat();
}

/** The deepest real tower has 63 layers; more is a damaged file. */
const MOST_LAYERS = 512;

export function towerLayerCount(config: ConfigReader, ...names: readonly [string, ...string[]]): number {
  const layers = config.size(...names);
  return layers <= MOST_LAYERS ? layers : config.refuse(names[0], `no more than ${MOST_LAYERS} layers are supported`);
}
