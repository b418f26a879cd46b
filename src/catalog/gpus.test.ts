import { describe, expect, it, test } from 'vitest';
import { cudaTotalOf } from './cuda-total.ts';
import { COMPUTE_DTYPES, GPU_VENDORS, type GpuSpec } from './gpu-spec.ts';
import { GPU_LIST, GPUS } from './gpus.ts';

const GENERATIONS = [
  ...['CDNA 2', 'CDNA 3', 'CDNA 4', 'RDNA 3', 'RDNA 4'],
  ...['Xe HPC', 'Xe HPG', 'Xe2'],
  ...['6.0', '7.0', '7.5', '8.0', '8.6', '8.9', '9.0', '10.0', '10.3', '12.0', '8.7', '11.0', '12.1'],
];

/** Ampere is one generation in two capabilities, the integrated parts one group in three; laptop parts and slices follow the cards. */
function generationOf(gpu: GpuSpec): number {
  const { computeCapability } = gpu;
  if (gpu.label.includes(' Laptop ')) return GENERATIONS.length;
  if (gpu.label.includes(' MIG ')) return GENERATIONS.length + 1;
  if (computeCapability === '8.0') return GENERATIONS.indexOf('8.6');
  if (computeCapability === '11.0' || computeCapability === '12.1') return GENERATIONS.indexOf('8.7');
  return GENERATIONS.indexOf(computeCapability ?? gpu.architecture);
}

function labelGb(gpu: GpuSpec): number {
  return Number(/(\d+) GB/.exec(gpu.label)?.[1]);
}

/** Every `{ value, source }` of a row, with its path. */
function sourcedOf(gpu: GpuSpec): { path: string; value: unknown; source: string }[] {
  const found: { path: string; value: unknown; source: string }[] = [];
  const visit = (path: string, node: unknown): void => {
    if (typeof node !== 'object' || node === null || Array.isArray(node)) return;
    if ('value' in node && 'source' in node) {
      found.push({ path, value: node.value, source: String(node.source) });
      return;
    }
    for (const [key, child] of Object.entries(node)) visit(`${path}.${key}`, child);
  };
  visit(gpu.id, gpu);
  return found;
}

/** Numbers in a row that are not measurements and need no source. */
const UNSOURCED = new Set(['preference', 'maxGpus']);

function bareNumbers(node: unknown, key = ''): string[] {
  if (typeof node === 'number') return UNSOURCED.has(key) ? [] : [key];
  if (typeof node !== 'object' || node === null || 'source' in node) return [];
  return Object.entries(node).flatMap(([name, child]) => bareNumbers(child, name));
}

describe('GPUS', () => {
  it('holds at least 80 cards', () => {
    expect(GPU_LIST.length).toBeGreaterThanOrEqual(80);
  });

  it('keys every row by its id, in kebab case', () => {
    for (const [key, gpu] of Object.entries(GPUS)) {
      expect(gpu.id).toBe(key);
      expect(gpu.id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    }
  });

  it('has unique labels', () => {
    expect(new Set(GPU_LIST.map((gpu) => gpu.label)).size).toBe(GPU_LIST.length);
  });

  it('is sorted by vendor, generation, memory and id', () => {
    const key = (gpu: GpuSpec): readonly [number, number, number, string] => [
      GPU_VENDORS.indexOf(gpu.vendor),
      generationOf(gpu),
      labelGb(gpu),
      gpu.id,
    ];
    const sorted = GPU_LIST.toSorted((a, b) => {
      const [vendorA, generationA, memoryA, idA] = key(a);
      const [vendorB, generationB, memoryB, idB] = key(b);
      return vendorA - vendorB || generationA - generationB || memoryA - memoryB || (idA < idB ? -1 : 1);
    });
    expect(GPU_LIST.map((gpu) => gpu.id)).toEqual(sorted.map((gpu) => gpu.id));
    expect(GPU_LIST.every((gpu) => generationOf(gpu) >= 0)).toBe(true);
  });
});

describe.each(GPU_LIST.map((gpu) => [gpu.id, gpu] as const))('%s', (_, gpu) => {
  it('states a source for every number', () => {
    expect(bareNumbers(gpu)).toEqual([]);
    for (const { path, source } of sourcedOf(gpu)) expect(source.length, path).toBeGreaterThan(5);
  });

  it('has a compute capability or a target of its vendor', () => {
    expect(gpu.computeCapability !== undefined).toBe(gpu.vendor === 'nvidia');
    expect(gpu.gfxTarget !== undefined).toBe(gpu.vendor === 'amd');
  });

  it('has numbers in the range of real hardware', () => {
    expect(gpu.memoryBandwidthBytesPerS.value).toBeGreaterThanOrEqual(5e10);
    expect(gpu.memoryBandwidthBytesPerS.value).toBeLessThanOrEqual(2e13);
    for (const dtype of COMPUTE_DTYPES) {
      const peak = gpu.denseFlopsPerS[dtype]?.value;
      if (peak === undefined) continue;
      expect(Number.isInteger(peak), dtype).toBe(true);
      expect(peak, dtype).toBeGreaterThan(1e12);
      expect(peak, dtype).toBeLessThan(2e16);
    }
    expect(gpu.tdpWatts?.value ?? 100).toBeGreaterThanOrEqual(50);
    expect(gpu.tdpWatts?.value ?? 100).toBeLessThanOrEqual(1500);
    if (gpu.link) expect(gpu.link.bytesPerSPerDirection.value).toBeGreaterThanOrEqual(5e10);
    if (gpu.link) expect(gpu.link.bytesPerSPerDirection.value).toBeLessThanOrEqual(9e11);
  });

  it('has a 16-bit peak, and narrower dtypes in a plausible ratio to it', () => {
    const { fp16, bf16, fp8, fp4 } = gpu.denseFlopsPerS;
    const wide = bf16?.value ?? fp16?.value ?? 0;
    expect(wide).toBeGreaterThan(0);
    if (fp16 && bf16) expect(fp16.value).toBe(bf16.value);
    if (fp8) expect(fp8.value / wide).toBeGreaterThanOrEqual(1);
    if (fp8) expect(fp8.value / wide).toBeLessThanOrEqual(2.2);
    if (fp4 && fp8) expect(fp4.value / fp8.value).toBeGreaterThanOrEqual(1.9);
    if (fp4 && fp8) expect(fp4.value / fp8.value).toBeLessThanOrEqual(4.1);
  });

  it('has the dtypes of its compute capability and no others', () => {
    if (gpu.computeCapability === undefined) return;
    const capability = Number(gpu.computeCapability);
    const { bf16, fp8, fp4 } = gpu.denseFlopsPerS;
    if (bf16) expect(capability).toBeGreaterThanOrEqual(8);
    if (capability >= 8 && capability !== 8.7) expect(bf16).toBeDefined();
    expect(fp8 !== undefined).toBe(capability >= 8.9);
    expect(fp4 !== undefined).toBe(capability >= 10);
  });

  it('reports less to CUDA than to nvidia-smi, but not much less, and what the label says', () => {
    const total = gpu.cudaTotalBytes?.value;
    const nvml = gpu.nvmlTotalBytes?.value;
    if (total !== undefined && nvml !== undefined) {
      expect(total).toBeLessThanOrEqual(nvml);
      expect(total).toBeGreaterThanOrEqual(0.93 * nvml);
    }
    const range = gpu.cudaTotalRangeBytes?.value;
    if (range) {
      expect(range[0]).toBeLessThanOrEqual(total ?? 0);
      expect(range[1]).toBeGreaterThanOrEqual(total ?? Number.POSITIVE_INFINITY);
    }
    const plan = cudaTotalOf(gpu);
    expect(plan).toBeDefined();
    const share = (plan?.value ?? 0) / (labelGb(gpu) * 2 ** 30);
    expect(share).toBeGreaterThan(0.91);
    expect(share).toBeLessThanOrEqual(1);
    if (gpu.contextBytes) expect(gpu.contextBytes.value).toBeLessThan(2 ** 30);
  });
});

// Worked by hand from the vendors' tables, so the test does not repeat the row.
test.each([
  { why: 'RTX 4090: half rate with FP32 accumulation', peak: GPUS['rtx-4090-24gb'].denseFlopsPerS.bf16?.value, want: 165.2e12 },
  { why: 'RTX 4090: FP8 likewise', peak: GPUS['rtx-4090-24gb'].denseFlopsPerS.fp8?.value, want: 330.3e12 },
  { why: 'RTX 3090: white paper 71', peak: GPUS['rtx-3090-24gb'].denseFlopsPerS.bf16?.value, want: 71.2e12 },
  { why: 'RTX 5090: white paper 209.5', peak: GPUS['rtx-5090-32gb'].denseFlopsPerS.bf16?.value, want: 209.5e12 },
  { why: 'RTX 5090: FP4 1676, half of the 3352 on the box', peak: GPUS['rtx-5090-32gb'].denseFlopsPerS.fp4?.value, want: 1676e12 },
  { why: 'A100: datasheet 312', peak: GPUS['a100-sxm-80gb'].denseFlopsPerS.bf16?.value, want: 312e12 },
  { why: 'A10: datasheet 125', peak: GPUS['a10-24gb'].denseFlopsPerS.bf16?.value, want: 125e12 },
  { why: 'A40: datasheet 149.7', peak: GPUS['a40-48gb'].denseFlopsPerS.bf16?.value, want: 149.7e12 },
  { why: 'T4: datasheet 65', peak: GPUS['t4-16gb'].denseFlopsPerS.fp16?.value, want: 65e12 },
  { why: 'V100 SXM: datasheet 125', peak: GPUS['v100-sxm-16gb'].denseFlopsPerS.fp16?.value, want: 125e12 },
  { why: 'RTX PRO 6000: white paper 503.8', peak: GPUS['rtx-pro-6000-workstation-96gb'].denseFlopsPerS.bf16?.value, want: 503.8e12 },
  { why: 'RTX PRO 5000: 2064 sparse FP4 TOPS on the box', peak: GPUS['rtx-pro-5000-48gb'].denseFlopsPerS.fp4?.value, want: 1032e12 },
  {
    why: 'RTX PRO 6000 Max-Q: 3511 sparse FP4 TOPS on the box',
    peak: GPUS['rtx-pro-6000-max-q-96gb'].denseFlopsPerS.fp4?.value,
    want: 1755.5e12,
  },
])('$why', ({ peak, want }) => {
  expect((peak ?? 0) / want).toBeCloseTo(1, 2);
});
