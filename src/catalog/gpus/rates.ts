import { type DenseFlops, from, type GpuLink, type PcieLink, peaksFromClock, type Sourced } from '../gpu-spec.ts';

/**
 * FLOP per clock and SM, dense, accumulating in FP32 as vLLM's kernels do. GeForce parts run FP16, BF16 and FP8 at half the rate of
 * workstation and data-centre parts of the same chip when they accumulate in FP32; the number on the box assumes FP16 accumulation.
 */
export const VOLTA = { source: 'Tesla V100 architecture white paper', rates: { fp32: 128, fp16: 1024 } } as const;
export const TURING = { source: 'Turing architecture white paper', rates: { fp32: 128, fp16: 1024, int8: 2048 } } as const;
export const TURING_GEFORCE = { source: 'Turing architecture white paper, GeForce', rates: { fp32: 128, fp16: 512, int8: 2048 } } as const;
export const GA100 = { source: 'A100 architecture white paper', rates: { fp32: 128, fp16: 2048, bf16: 2048, int8: 4096 } } as const;
export const GA10X = { source: 'GA102 architecture white paper', rates: { fp32: 256, fp16: 1024, bf16: 1024, int8: 2048 } } as const;
export const GA10X_GEFORCE = {
  source: 'GA102 architecture white paper, GeForce',
  rates: { fp32: 256, fp16: 512, bf16: 512, int8: 2048 },
} as const;
export const ADA = { source: 'Ada architecture white paper', rates: { fp32: 256, fp16: 1024, bf16: 1024, int8: 2048, fp8: 2048 } } as const;
export const ADA_GEFORCE = {
  source: 'Ada architecture white paper, GeForce',
  rates: { fp32: 256, fp16: 512, bf16: 512, int8: 2048, fp8: 1024 },
} as const;
export const GB20X = {
  source: 'RTX PRO Blackwell architecture white paper',
  rates: { fp32: 256, fp16: 1024, bf16: 1024, int8: 2048, fp8: 2048, fp4: 4096 },
} as const;
export const GB20X_GEFORCE = {
  source: 'RTX Blackwell architecture white paper, GeForce',
  rates: { fp32: 256, fp16: 512, bf16: 512, int8: 2048, fp8: 1024, fp4: 4096 },
} as const;

/** SM count and clock-derived peaks of one part, the two fields that come from the same two numbers. */
export function clocked(
  family: { readonly source: string; readonly rates: Parameters<typeof peaksFromClock>[0]['rates'] },
  multiprocessors: number,
  boostMHz: number,
): { readonly multiprocessors: Sourced<number>; readonly denseFlopsPerS: DenseFlops } {
  return {
    multiprocessors: from(family.source, multiprocessors),
    denseFlopsPerS: peaksFromClock({ ...family, multiprocessors, boostMHz }),
  };
}

export const DATASHEET = 'vendor datasheet';

function pcie(generation: PcieLink['generation'], lanes: PcieLink['lanes']): Sourced<PcieLink> {
  return from(DATASHEET, { generation, lanes });
}
export const PCIE_3 = pcie(3, 16);
export const PCIE_4 = pcie(4, 16);
export const PCIE_4_X8 = pcie(4, 8);
export const PCIE_5 = pcie(5, 16);
export const PCIE_5_X8 = pcie(5, 8);
export const PCIE_6 = pcie(6, 16);

/** NVLink on the board. Datasheets add up both directions, so the argument is their number and half of it is kept. */
export function nvlinkBoard(bothDirections: number, maxGpus: number): GpuLink {
  return {
    kind: 'nvlink',
    bytesPerSPerDirection: from(`${DATASHEET}, half of both directions`, bothDirections / 2),
    fitted: 'board',
    maxGpus,
  };
}

/** NVLink that needs a bridge between neighbouring cards. */
export function nvlinkBridge(bothDirections: number, maxGpus: number): GpuLink {
  return {
    kind: 'nvlink',
    bytesPerSPerDirection: from(`${DATASHEET}, half of both directions`, bothDirections / 2),
    fitted: 'bridge',
    maxGpus,
  };
}

export function infinityFabric(bothDirections: number, maxGpus: number, fitted: GpuLink['fitted']): GpuLink {
  return {
    kind: 'infinity-fabric',
    bytesPerSPerDirection: from(`${DATASHEET}, half of both directions`, bothDirections / 2),
    fitted,
    maxGpus,
  };
}
