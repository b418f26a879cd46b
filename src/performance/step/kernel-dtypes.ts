import type { KernelTables } from '../../catalog/kernel-table.ts';
import type { WeightScheme } from '../../model/quantization-spec.ts';
import type { GemmDtype } from '../kernels/gemm.ts';
import type { MoeDtype } from '../kernels/moe.ts';

/** The measured multiplication that runs weights of a scheme, best first; the first of which the GPU has a table is taken. */
const GEMMS = {
  plain: ['bf16'],
  fp8: ['fp8', 'int8-weights'],
  int8: ['int8'],
  int4: ['int4'],
  'int8-group': ['int8-weights'],
  nvfp4: ['nvfp4'],
  mxfp4: [],
  mxfp8: [],
  bnb4: [],
} as const satisfies Record<WeightScheme['kind'], readonly GemmDtype[]>;

const MIXTURES = {
  plain: ['bf16'],
  fp8: ['fp8'],
  int8: [],
  int4: ['int4'],
  'int8-group': [],
  nvfp4: ['nvfp4'],
  mxfp4: ['w4a8_mxfp4_mxfp8', 'w4a16_mxfp4'],
  mxfp8: [],
  bnb4: [],
} as const satisfies Record<WeightScheme['kind'], readonly MoeDtype[]>;

/** null: nothing like it was measured on this GPU. */
export function gemmDtype(scheme: WeightScheme, tables: KernelTables): GemmDtype | null {
  const wanted: readonly GemmDtype[] = isBlockScaled(scheme) ? ['fp8_block', 'fp8'] : GEMMS[scheme.kind];
  return wanted.find((dtype) => tables.names.includes(`gemm/${dtype}`)) ?? null;
}

/** Those that were measured on this GPU, the one that the engine prefers first. */
export function moeDtypes(scheme: WeightScheme, tables: KernelTables): readonly MoeDtype[] {
  const wanted: readonly MoeDtype[] = isBlockScaled(scheme) ? ['fp8_block', 'fp8'] : MIXTURES[scheme.kind];
  return wanted.filter((dtype) => tables.names.includes(`moe/${dtype}`));
}

function isBlockScaled(scheme: WeightScheme): boolean {
  return scheme.kind === 'fp8' && scheme.scale === 'block';
}
