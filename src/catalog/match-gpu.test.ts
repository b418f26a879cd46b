import { describe, expect, it, test } from 'vitest';
import { bytes, MIB } from '../units/bytes.ts';
import type { GpuSpec } from './gpu-spec.ts';
import { GPU_LIST, GPUS, type GpuId } from './gpus.ts';
import { matchGpu } from './match-gpu.ts';

const NAMES: readonly (readonly [name: string, id: GpuId])[] = [
  // As people write them.
  ['h100', 'h100-sxm-80gb'],
  ['H100 80GB', 'h100-sxm-80gb'],
  ['H100 80 GB', 'h100-sxm-80gb'],
  ['H100 80GB HBM3', 'h100-sxm-80gb'],
  ['H100 SXM', 'h100-sxm-80gb'],
  ['h100sxm', 'h100-sxm-80gb'],
  ['H100 PCIe', 'h100-pcie-80gb'],
  ['H100 NVL', 'h100-nvl-94gb'],
  ['h100 94gb', 'h100-nvl-94gb'],
  ['H800', 'h800-sxm-80gb'],
  ['H20', 'h20-96gb'],
  ['H20 141GB', 'h20-141gb'],
  ['H200', 'h200-sxm-141gb'],
  ['h200 141gb', 'h200-sxm-141gb'],
  ['H200 NVL', 'h200-nvl-141gb'],
  ['GH200', 'gh200-96gb'],
  ['GH200 144GB', 'gh200-144gb'],
  ['a100', 'a100-sxm-80gb'],
  ['A100 80GB', 'a100-sxm-80gb'],
  ['a100-80gb', 'a100-sxm-80gb'],
  ['a100 80', 'a100-sxm-80gb'],
  ['A100-80G', 'a100-sxm-80gb'],
  ['A100 40GB', 'a100-sxm-40gb'],
  ['A100 SXM4 80GB', 'a100-sxm-80gb'],
  ['V100', 'v100-sxm-16gb'],
  ['V100 32GB', 'v100-sxm-32gb'],
  ['P100', 'p100-pcie-16gb'],
  ['T4', 't4-16gb'],
  ['L4', 'l4-24gb'],
  ['L20', 'l20-48gb'],
  ['L40', 'l40-48gb'],
  ['L40s', 'l40s-48gb'],
  ['A2', 'a2-16gb'],
  ['A10', 'a10-24gb'],
  ['A10G', 'a10g-24gb'],
  ['A16', 'a16-16gb'],
  ['A30', 'a30-24gb'],
  ['A40', 'a40-48gb'],
  ['4090', 'rtx-4090-24gb'],
  ['RTX4090', 'rtx-4090-24gb'],
  ['rtx 4090', 'rtx-4090-24gb'],
  ['rtx-4070-ti-super', 'rtx-4070-ti-super-16gb'],
  ['4070TiSuper', 'rtx-4070-ti-super-16gb'],
  ['RTX 4070Ti', 'rtx-4070-ti-12gb'],
  ['RTX 4060 Ti', 'rtx-4060-ti-16gb'],
  ['RTX 4060 Ti 8GB', 'rtx-4060-ti-8gb'],
  ['RTX 3060', 'rtx-3060-12gb'],
  ['RTX 3080', 'rtx-3080-10gb'],
  ['RTX 3080 12GB', 'rtx-3080-12gb'],
  ['RTX 3090', 'rtx-3090-24gb'],
  ['3090 Ti', 'rtx-3090-ti-24gb'],
  ['RTX 5080', 'rtx-5080-16gb'],
  ['RTX 5090', 'rtx-5090-32gb'],
  ['rtx5060ti', 'rtx-5060-ti-16gb'],
  ['A4000', 'rtx-a4000-16gb'],
  ['A5000', 'rtx-a5000-24gb'],
  ['RTX A6000', 'rtx-a6000-48gb'],
  ['RTX 6000 Ada', 'rtx-6000-ada-48gb'],
  ['rtx pro 6000', 'rtx-pro-6000-server-96gb'],
  ['RTX PRO 6000 Blackwell', 'rtx-pro-6000-server-96gb'],
  ['rtxpro6000', 'rtx-pro-6000-server-96gb'],
  ['RTX PRO 6000 Blackwell Server', 'rtx-pro-6000-server-96gb'],
  ['RTX PRO 6000 Blackwell Workstation', 'rtx-pro-6000-workstation-96gb'],
  ['RTX PRO 6000 Blackwell Max-Q', 'rtx-pro-6000-max-q-96gb'],
  ['B200', 'b200-180gb'],
  ['B300', 'b300-270gb'],
  ['GB200', 'gb200-186gb'],
  ['GB300 NVL72', 'gb300-279gb'],
  ['GB10', 'gb10-128gb'],
  ['GB10 (DGX Spark)', 'gb10-128gb'],
  ['DGX Spark', 'gb10-128gb'],
  ['Jetson Thor', 'jetson-thor-128gb'],
  ['Jetson AGX Orin 64GB', 'jetson-agx-orin-64gb'],
  ['MI300X', 'mi300x-192gb'],
  ['MI355X', 'mi355x-288gb'],
  ['MI250X', 'mi250x-gcd-64gb'],
  ['7900 XTX', 'radeon-rx-7900-xtx-24gb'],
  ['Radeon AI PRO R9700', 'radeon-ai-pro-r9700-32gb'],
  ['Arc B580', 'arc-b580-12gb'],
  // As drivers print them.
  ['NVIDIA H100 80GB HBM3', 'h100-sxm-80gb'],
  ['NVIDIA H100 PCIe', 'h100-pcie-80gb'],
  ['NVIDIA H200', 'h200-sxm-141gb'],
  ['NVIDIA H20-3e', 'h20-141gb'],
  ['NVIDIA A100-SXM4-40GB', 'a100-sxm-40gb'],
  ['NVIDIA A100-SXM4-80GB', 'a100-sxm-80gb'],
  ['NVIDIA A100 80GB PCIe', 'a100-pcie-80gb'],
  ['NVIDIA A100-PCIE-40GB', 'a100-pcie-40gb'],
  ['NVIDIA GH200 480GB', 'gh200-96gb'],
  ['NVIDIA GH200 144G HBM3e', 'gh200-144gb'],
  ['NVIDIA B300 SXM6 AC', 'b300-270gb'],
  ['NVIDIA GB10', 'gb10-128gb'],
  ['NVIDIA Thor', 'jetson-thor-128gb'],
  ['Orin', 'jetson-agx-orin-64gb'],
  ['Tesla T4', 't4-16gb'],
  ['Tesla V100-SXM2-16GB', 'v100-sxm-16gb'],
  ['Tesla V100-PCIE-32GB', 'v100-pcie-32gb'],
  ['Tesla P100-PCIE-16GB', 'p100-pcie-16gb'],
  ['Quadro RTX 8000', 'quadro-rtx-8000-48gb'],
  ['NVIDIA GeForce RTX 4090', 'rtx-4090-24gb'],
  ['NVIDIA GeForce RTX 4080 SUPER', 'rtx-4080-super-16gb'],
  ['NVIDIA GeForce RTX 2080 Ti', 'rtx-2080-ti-11gb'],
  ['NVIDIA RTX A2000 12GB', 'rtx-a2000-12gb'],
  ['NVIDIA RTX 5000 Ada Generation', 'rtx-5000-ada-32gb'],
  ['NVIDIA RTX PRO 4500 Blackwell', 'rtx-pro-4500-32gb'],
  ['NVIDIA RTX PRO 6000 Blackwell Server Edition', 'rtx-pro-6000-server-96gb'],
  ['NVIDIA RTX PRO 6000 Blackwell Workstation Edition', 'rtx-pro-6000-workstation-96gb'],
  ['NVIDIA RTX PRO 6000 Blackwell Max-Q Workstation Edition', 'rtx-pro-6000-max-q-96gb'],
  ['AMD Instinct MI300X', 'mi300x-192gb'],
  ['AMD Instinct MI250X/MI250', 'mi250x-gcd-64gb'],
  ['AMD Radeon RX 7900 XTX', 'radeon-rx-7900-xtx-24gb'],
  ['Intel(R) Arc(TM) Pro B60 Graphics', 'arc-pro-b60-24gb'],
  ['Intel(R) Data Center GPU Max 1550', 'max-1550-stack-64gb'],
  ['NVIDIA GeForce RTX 4090 Laptop GPU', 'rtx-4090-laptop-16gb'],
  ['RTX 5090 Mobile', 'rtx-5090-laptop-24gb'],
  ['RX 9070 XT', 'radeon-rx-9070-xt-16gb'],
  ['7900XT', 'radeon-rx-7900-xt-20gb'],
  // Slices.
  ['H100 MIG 1g.10gb', 'h100-mig-1g-10gb'],
  ['H100 3g.40gb', 'h100-mig-3g-40gb'],
  ['H200 MIG 2g.35gb', 'h200-mig-2g-35gb'],
  ['a100 mig 1g.5gb', 'a100-mig-1g-5gb'],
  ['NVIDIA-A100-SXM4-80GB-MIG-1g.10gb', 'a100-mig-1g-10gb'],
  ['NVIDIA H100 80GB HBM3 MIG 2g.20gb', 'h100-mig-2g-20gb'],
  // As GPU feature discovery labels nodes.
  ['NVIDIA-H100-80GB-HBM3', 'h100-sxm-80gb'],
  ['NVIDIA-A100-SXM4-80GB-SHARED', 'a100-sxm-80gb'],
  ['NVIDIA-L40S', 'l40s-48gb'],
  ['Tesla-T4', 't4-16gb'],
];

function idOf(name: string): string {
  const match = matchGpu(name);
  return match.kind === 'match' ? match.gpu.id : match.kind;
}

test.each(NAMES)('%s is %s', (name, id) => {
  expect(idOf(name)).toBe(id);
});

describe('laws', () => {
  it.each(GPU_LIST.map((gpu) => [gpu.id, gpu.label] as const))('%s and its label match itself alone, in any case', (id, label) => {
    for (const name of [id, label, label.toUpperCase(), ` ${label.toLowerCase()} `]) {
      expect(matchGpu(name)).toEqual({ kind: 'match', gpu: GPU_LIST.find((gpu) => gpu.id === id), others: [] });
    }
  });

  it('needs no vendor in front: every label without it still finds its card', () => {
    for (const gpu of GPU_LIST) {
      const match = matchGpu(gpu.label.replace(/^(NVIDIA|AMD|Intel) /, ''));
      expect(match.kind === 'match' ? [match.gpu.id, ...match.others] : [match.kind], gpu.label).toContain(gpu.id);
    }
  });

  it('answers the same for the same name', () => {
    for (const [name] of NAMES) expect(matchGpu(name)).toEqual(matchGpu(name));
  });
});

describe('a family name', () => {
  test.each([
    ['h100', ['h100-pcie-80gb', 'h100-nvl-94gb']],
    ['H100 80GB', ['h100-pcie-80gb']],
    ['a100', ['a100-sxm-40gb', 'a100-pcie-80gb', 'a100-pcie-40gb']],
    ['v100', ['v100-pcie-16gb', 'v100-sxm-32gb', 'v100-pcie-32gb']],
    ['rtx pro 6000', ['rtx-pro-6000-workstation-96gb', 'rtx-pro-6000-max-q-96gb']],
    ['h200', ['h200-nvl-141gb']],
    ['3080', ['rtx-3080-12gb']],
  ])('%s lists the other cards it could mean', (name, others) => {
    const match = matchGpu(name);
    expect(match.kind === 'match' && match.others).toEqual(others);
  });

  test.each(['H100 80GB HBM3', 'NVIDIA H200', 'NVIDIA H20', 'L40S', 'RTX 4090', 'NVIDIA A100 80GB PCIe', 'A100 SXM 80GB'])(
    '%s is no family',
    (name) => {
      expect(matchGpu(name)).toMatchObject({ kind: 'match', others: [] });
    },
  );
});

describe('a measured total', () => {
  test.each([
    { name: 'NVIDIA GeForce RTX 3080', mib: 12_288, id: 'rtx-3080-12gb' },
    { name: 'NVIDIA GeForce RTX 3080', mib: 10_240, id: 'rtx-3080-10gb' },
    { name: 'NVIDIA GeForce RTX 4060 Ti', mib: 8188, id: 'rtx-4060-ti-8gb' },
    { name: 'H20', mib: 143_771, id: 'h20-141gb' },
  ])('$name with $mib MiB is $id', ({ name, mib, id }) => {
    expect(matchGpu(name, { nvmlTotalBytes: bytes(mib * MIB) })).toMatchObject({ kind: 'match', gpu: { id }, others: [] });
  });

  it('tells a modified card from the original', () => {
    expect(matchGpu('NVIDIA GeForce RTX 3080 ', { nvmlTotalBytes: bytes(20_480 * MIB) }).kind).toBe('unknown');
  });
});

describe('what is not in the catalog', () => {
  test.each([
    ['H100 48GB', 'NVIDIA H100 SXM 80 GB'],
    ['RTX 4050 Laptop GPU', 'NVIDIA GeForce RTX 4060 Laptop 8 GB'],
    ['RTX 9090', 'NVIDIA GeForce RTX 3090 24 GB'],
    ['L44', 'NVIDIA L4 24 GB'],
    ['RTX 6000', 'NVIDIA RTX 6000 Ada 48 GB'],
    ['Spark', 'NVIDIA GB10 (DGX Spark) 128 GB'],
    ['NVIDIA-A100-SXM4-80GB-MIG-7g.80gb', 'NVIDIA A100 SXM 80 GB'],
  ])('%s is unknown, near %s', (name, near) => {
    const match = matchGpu(name);
    expect(match.kind).toBe('unknown');
    expect(match.kind === 'unknown' && match.nearest).toContain(near);
    expect(match.kind === 'unknown' && match.nearest.length).toBe(3);
  });

  it('lists the nearest in a fixed order', () => {
    expect(matchGpu('H100 48GB')).toEqual({
      kind: 'unknown',
      nearest: ['NVIDIA H100 SXM 80 GB', 'NVIDIA H100 PCIe 80 GB', 'NVIDIA H100 NVL 94 GB'],
    });
  });

  it.each(['', '   ', '???', 'nvidia', '80GB'])('takes %o for no card at all', (name) => {
    expect(matchGpu(name).kind).toBe('unknown');
  });

  it.each(['Apple M1', 'm2 max', 'M3', 'Apple M3 Ultra 512GB'])('refuses %s with a reason', (name) => {
    expect(matchGpu(name)).toMatchObject({ kind: 'unsupported', reason: expect.stringContaining('Metal') });
  });
});

describe('user cards', () => {
  const own: GpuSpec = { ...GPUS['l40s-48gb'], id: 'acme-x1', label: 'ACME X1', names: ['[acme] x1 [48gb]', 'l40s'] };

  it('are found by id, label and name, before the catalog', () => {
    for (const name of ['acme-x1', 'ACME X1', 'x1', 'x1 48 GB', 'L40S']) {
      expect(matchGpu(name, { userGpus: [own] })).toEqual({ kind: 'match', gpu: own, others: [] });
    }
  });

  it('replace a catalog row of the same id', () => {
    const replacement: GpuSpec = { ...GPUS['t4-16gb'], label: 'T4 of ours' };
    expect(matchGpu('t4', { userGpus: [replacement] })).toEqual({ kind: 'match', gpu: replacement, others: [] });
  });
});
