import type { LinearPart, LinearSpec, ModuleSpec, TensorSpec, VocabSpec } from '../model/module-spec.ts';
import { schemeOf } from '../model/quantization/scheme-of.ts';
import { PLAIN } from '../model/quantization/schemes.ts';
import type { QuantizationSpec, WeightScheme } from '../model/quantization-spec.ts';
import { roundUp, sum } from '../units/integers.ts';
import { expertTensors, localExperts } from './expert-bytes.ts';
import { expertShare, headsOfRank, type Layout, type Rank, shareOf } from './layout.ts';
import { schemeTensors } from './weight-bytes.ts';
import type { WeightKernels } from './weight-kernels.ts';

/** Everything that turns a module's shape into tensors of one rank. */
export interface ShardContext {
  readonly layout: Layout;
  readonly rank: Rank;
  readonly quantization: QuantizationSpec;
  readonly kernels: WeightKernels;
  /** Bytes of an element of the model's dtype. */
  readonly dtypeBytes: number;
}

/** Where a module stands: before its name goes `prefix` ("layers.3."); towers have their own rules. */
export interface Place {
  readonly prefix: string;
  readonly role: 'layer' | 'tower' | 'head' | 'embedding';
  /** false: every rank holds all of it (towers that cannot be split). */
  readonly split: boolean;
}

/** Vocabulary rows are padded to a multiple of it. @source vLLM 0.33.0 `vocab_parallel_embedding.py` DEFAULT_VOCAB_PADDING_SIZE */
const VOCAB_STEP = 64;

/** Bytes of each tensor that a rank holds of a module, in the order in which they are made. */
export function moduleTensors(module: ModuleSpec, place: Place, context: ShardContext): readonly number[] {
  switch (module.kind) {
    case 'linear':
      return linearTensors(module, place, context);
    case 'experts': {
      const scheme = schemeOf(context.quantization, place.prefix + module.name, 'experts');
      const local = localExperts(module, expertShare(module.experts, context.layout, context.rank));
      return expertTensors(scheme, local, context.dtypeBytes, context.kernels);
    }
    case 'vocab':
      return vocabTensors(module, place, context);
    case 'tensor':
      return [tensorBytes(module, place, context)];
    default:
      return module satisfies never;
  }
}

function tensorBytes(module: TensorSpec, place: Place, { layout, dtypeBytes }: ShardContext): number {
  const elements = module.split === 'column' && place.split ? shareOf(module.elements, layout.tensorParallel) : module.elements;
  return elements * (module.dtype === 'float32' ? 4 : dtypeBytes);
}

function vocabTensors(module: VocabSpec, place: Place, { layout, quantization, kernels, dtypeBytes }: ShardContext): readonly number[] {
  const rows = shareOf(roundUp(module.rows, VOCAB_STEP), layout.tensorParallel);
  const scheme = place.role === 'head' ? schemeOf(quantization, place.prefix + module.name, 'head') : PLAIN;
  const bias = module.bias ? [rows * dtypeBytes] : [];
  return [...schemeTensors(scheme, { outs: [rows], inputs: module.columns }, dtypeBytes, kernels), ...bias];
}

function linearTensors(module: LinearSpec, place: Place, context: ShardContext): readonly number[] {
  const { layout, kernels } = context;
  const ranks = place.split ? layout.tensorParallel : 1;
  const dtypeBytes = module.dtype === 'float32' ? 4 : context.dtypeBytes;
  const inputs = module.split === 'row' ? shareOf(module.inFeatures, ranks) : module.inFeatures;
  const tensors = [...bySchemes(module, place, context)].flatMap(([scheme, parts]) => {
    const outs = parts.map((part) => outputsOfRank(part, module.split, ranks));
    return schemeTensors(scheme, { outs, inputs, allInputs: module.inFeatures }, dtypeBytes, kernels);
  });
  const outputs = sum(module.parts.map((part) => outputsOfRank(part, module.split, ranks)));
  return module.bias ? [...tensors, outputs * dtypeBytes] : tensors;
}

/** Parts of a fused layer share one scheme in every checkpoint that vLLM loads; others are summed apart. */
function bySchemes(module: LinearSpec, place: Place, { quantization }: ShardContext): ReadonlyMap<WeightScheme, readonly LinearPart[]> {
  if (!module.quantizable || module.dtype === 'float32') return new Map([[PLAIN, module.parts]]);
  const role = place.role === 'tower' ? 'tower' : 'linear';
  const groups = new Map<WeightScheme, LinearPart[]>();
  for (const part of module.parts) {
    const scheme = schemeOf(quantization, place.prefix + part.name, role);
    groups.set(scheme, [...(groups.get(scheme) ?? []), part]);
  }
  return groups;
}

/**
 * Output features of one part on a rank: whole heads where heads are split, else an equal share.
 *
 * @source vLLM 0.33.0 `layers/linear.py` QKVParallelLinear
 */
function outputsOfRank(part: LinearPart, split: LinearSpec['split'], ranks: number): number {
  if (split !== 'column' || ranks === 1) return part.outFeatures;
  if (part.heads === undefined) return shareOf(part.outFeatures, ranks);
  return headsOfRank(part.heads, ranks) * (part.outFeatures / part.heads);
}
