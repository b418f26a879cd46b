import type { ComputeDtype, GpuSpec } from '../catalog/gpu-spec.ts';
import { expertGroupSize, headsOfRank } from '../memory/layout.ts';
import { schemeBytes } from '../memory/weight-bytes.ts';
import { BYTES_OF_DTYPE } from '../model/model-spec.ts';
import type { ExpertsSpec, LinearSpec } from '../model/module-spec.ts';
import { schemeOf } from '../model/quantization/scheme-of.ts';
import { PLAIN } from '../model/quantization/schemes.ts';
import type { WeightScheme } from '../model/quantization-spec.ts';
import { CALIBRATION } from './calibration.ts';
import { computePath } from './compute-peak.ts';
import type { ForecastInput } from './forecast-types.ts';
import type { LayerKind } from './layer-kinds.ts';
import { isFastPart } from './part-class.ts';
import type { ExpertWork, MatrixWork } from './rank-work.ts';

/** One layer of a kind. */
export interface LayerWork {
  readonly dense: MatrixWork;
  readonly experts: readonly ExpertWork[];
  readonly fixedS: number;
  /** Attention or state, feed-forward or mixture. */
  readonly blocks: number;
}

/** Work of one layer on one rank; null where the GPU states no compute rate. */
export function layerWork({ layer, index }: LayerKind, input: ForecastInput): LayerWork | null {
  let readS = 0;
  let perTokenS = 0;
  const experts: ExpertWork[] = [];
  for (const module of layer.modules) {
    if (module.kind === 'experts') {
      const work = expertWork(module, `layers.${index}.`, input);
      if (work === null) return null;
      experts.push(work);
    }
    if (module.kind !== 'linear') continue;
    const work = linearWork(module, `layers.${index}.`, input);
    if (work === null) return null;
    readS += work.readS;
    perTokenS += work.perTokenS;
  }
  const has = blocksOf(layer.modules.filter((module) => module.kind === 'linear'));
  const mixtures = experts.length > 0 ? 1 : 0;
  const feedForwards = mixtures === 0 && has.feedForward ? 1 : 0;
  const mixers = has.mixer ? 1 : 0;
  return {
    dense: { readS, perTokenS },
    experts,
    fixedS:
      ((mixers + feedForwards) * CALIBRATION.blockS + mixtures * CALIBRATION.mixtureBlockS) *
      (isFastPart(input.gpu) ? 1 : CALIBRATION.otherPartFactor),
    blocks: mixers + feedForwards + mixtures,
  };
}

/** A layer mixes tokens (attention, recurrent state), has a feed-forward part, or both. */
function blocksOf(linears: readonly LinearSpec[]): { readonly mixer: boolean; readonly feedForward: boolean } {
  return {
    mixer: linears.some(({ role }) => role === 'attention' || role === 'state'),
    feedForward: linears.some(({ role }) => role === 'mlp'),
  };
}

function linearWork(module: LinearSpec, prefix: string, input: ForecastInput): MatrixWork | null {
  const { tensorParallel } = input.layout;
  const inputs = module.split === 'row' ? module.inFeatures / tensorParallel : module.inFeatures;
  let readS = 0;
  let perTokenS = 0;
  for (const part of module.parts) {
    const outs = module.split === 'column' ? outputsOfRank(part, tensorParallel) : part.outFeatures;
    const scheme = module.quantizable ? schemeOf(input.model.quantization, prefix + part.name, 'linear') : PLAIN;
    const work = matrixWork(scheme, { out: outs, in: inputs }, input);
    if (work === null) return null;
    readS += work.readS;
    perTokenS += work.perTokenS;
  }
  return { readS, perTokenS };
}

export function outputsOfRank({ heads, outFeatures }: LinearSpec['parts'][number], ranks: number): number {
  return heads === undefined ? outFeatures / ranks : (headsOfRank(heads, ranks) * outFeatures) / heads;
}

/**
 * Experts of one layer: `readS` for all that the rank holds. Sliced or whole, a rank holds the same share of the bytes and
 * does the same share of the multiplications.
 */
export function expertWork(module: ExpertsSpec, prefix: string, input: ForecastInput): ExpertWork | null {
  const scheme = schemeOf(input.model.quantization, prefix + module.name, 'experts');
  const width = (module.gated ? 3 : 2) * module.intermediateSize;
  const one = matrixWork(scheme, { out: width, in: module.hiddenSize, grouped: true }, input);
  if (one === null) return null;
  const share = 1 / expertGroupSize(input.layout);
  return {
    readS: one.readS * module.experts * share,
    perTokenS: one.perTokenS * module.perToken * share,
    experts: module.experts,
    perToken: module.perToken,
  };
}

/** The output head, or the embedding that stands in for it. */
export function headWork(input: ForecastInput): MatrixWork | null {
  const head = input.model.head ?? input.model.embedding;
  if (head.kind !== 'vocab') return { readS: 0, perTokenS: 0 };
  const scheme = input.model.head === null ? PLAIN : schemeOf(input.model.quantization, head.name, 'head');
  return matrixWork(scheme, { out: head.rows / input.layout.tensorParallel, in: head.columns }, input);
}

/**
 *   read: bytes / (bandwidth × share) · multiply: 2 × out × in / (peak × share), a token
 */
export function matrixWork(scheme: WeightScheme, shape: MatrixShape, { gpu, settings }: ForecastInput): MatrixWork | null {
  const path = computePath(scheme, settings.dtype, gpu.denseFlopsPerS);
  if (path === null) return null;
  const bytes = schemeBytes(scheme, { out: Math.ceil(shape.out), in: Math.ceil(shape.in) }, BYTES_OF_DTYPE[settings.dtype]);
  const { weightReadFraction, peakFraction, mixturePeakFraction } = CALIBRATION;
  const peakShare = (shape.grouped ? mixturePeakFraction : peakFraction)[WIDTH_OF_UNIT[path.unit]] * partFactor(gpu);
  return {
    readS: bytes / (gpu.memoryBandwidthBytesPerS.value * weightReadFraction),
    perTokenS: (2 * shape.out * shape.in) / (path.peakFlopsPerS * peakShare),
  };
}

function partFactor({ integrated }: GpuSpec): number {
  return integrated ? CALIBRATION.integratedPeakFactor : 1;
}

interface MatrixShape {
  readonly out: number;
  readonly in: number;
  /** One of many experts that a kernel multiplies together. */
  readonly grouped?: boolean;
}

const WIDTH_OF_UNIT = {
  fp32: 'wide',
  fp16: 'wide',
  bf16: 'wide',
  int8: 'byte',
  fp8: 'byte',
  fp4: 'nibble',
} as const satisfies Record<ComputeDtype, keyof typeof CALIBRATION.peakFraction>;
