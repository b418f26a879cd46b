import type { LinearPart, LinearSpec, TensorSpec, VocabSpec } from '../module-spec.ts';

export type Role = LinearSpec['role'];

interface LinearOptions {
  readonly bias?: boolean;
  readonly role?: Role;
  /** Absent: quantizable. */
  readonly quantizable?: boolean;
  readonly dtype?: 'float32';
}

/** Outputs split over ranks; several parts are one fused matrix multiplication (`MergedColumnParallelLinear`). */
export function columnLinear(parts: readonly LinearPart[], inFeatures: number, options: LinearOptions = {}): LinearSpec {
  return linear('column', parts, inFeatures, options);
}

/** Inputs split over ranks, the bias whole on each (`RowParallelLinear`). */
export function rowLinear(name: string, outFeatures: number, inFeatures: number, options: LinearOptions = {}): LinearSpec {
  return linear('row', [{ name, outFeatures }], inFeatures, options);
}

/** Whole on every rank (`ReplicatedLinear`). */
export function replicatedLinear(parts: readonly LinearPart[], inFeatures: number, options: LinearOptions = {}): LinearSpec {
  return linear('replicated', parts, inFeatures, options);
}

/** A norm or another vector that is whole on every rank. */
export function vector(name: string, elements: number): TensorSpec {
  return { kind: 'tensor', name, elements, split: 'replicated' };
}

/** A norm's weight and, where it is a LayerNorm, its bias. */
export function norm(name: string, width: number, kind: 'rms' | 'layer' = 'rms'): TensorSpec {
  return vector(name, kind === 'rms' ? width : 2 * width);
}

export function vocabulary(name: string, rows: number, columns: number, bias = false): VocabSpec {
  return { kind: 'vocab', name, rows, columns, bias };
}

function linear(split: LinearSpec['split'], parts: readonly LinearPart[], inFeatures: number, options: LinearOptions): LinearSpec {
  const { bias = false, role = 'other', quantizable = true, dtype } = options;
  return { kind: 'linear', parts, inFeatures, bias, split, quantizable, role, ...(dtype && { dtype }) };
}
