import { describe, expect, test } from 'vitest';
import { bytes, MIB } from '../units/bytes.ts';
import { detectGpus } from './detect-gpus.ts';
import { NO_GPUS } from './host-spec.ts';

/** A host where only these command lines answer. */
const host = (answers: Readonly<Record<string, string>>) => async (program: string, args: readonly string[]) =>
  answers[[program, ...args].join(' ')] ?? null;

const QUERY = 'nvidia-smi --query-gpu=name,memory.total,driver_version,compute_cap --format=csv,noheader,nounits';
const OLD_QUERY = 'nvidia-smi --query-gpu=name,memory.total,driver_version --format=csv,noheader,nounits';
const BANNER = `
+-----------------------------------------------------------------------------------------+
| NVIDIA-SMI 570.124.06             Driver Version: 570.124.06     CUDA Version: 12.8     |
`;
const TOPOLOGY_PCIE = `
	GPU0	GPU1	CPU Affinity	NUMA Affinity	GPU NUMA ID
GPU0	 X 	PHB	0-63	0		N/A
GPU1	PHB	 X 	0-63	0		N/A

Legend:

  X    = Self
  NV#  = Connection traversing a bonded set of # NVLinks
`;
const TOPOLOGY_NVLINK = `
	\u001b[4mGPU0	GPU1	NIC0	CPU Affinity	NUMA Affinity	GPU NUMA ID\u001b[0m
GPU0	 X 	NV18	PXB	0-47	0		N/A
GPU1	NV18	 X 	NODE	0-47	0		N/A
NIC0	PXB	NODE	 X
`;

describe('detectGpus', () => {
  test('two cards over PCIe', async () => {
    const run = host({
      [QUERY]: 'NVIDIA GeForce RTX 5090, 32607, 570.124.06, 12.0\nNVIDIA GeForce RTX 5090, 32607, 570.124.06, 12.0\n',
      'nvidia-smi': BANNER,
      'nvidia-smi topo -m': TOPOLOGY_PCIE,
    });
    const found = await detectGpus(run);
    expect(found.interconnect).toBe('pcie');
    expect(found.gpus).toHaveLength(2);
    expect(found.gpus[0]).toEqual({
      vendor: 'nvidia',
      name: 'NVIDIA GeForce RTX 5090',
      totalBytes: bytes(32607 * MIB),
      computeCapability: '12.0',
      driverVersion: '570.124.06',
      cudaVersion: '12.8',
    });
  });

  test('NVLink shows in the matrix, also with an underlined header', async () => {
    const csv = 'NVIDIA H100 80GB HBM3, 81559, 550.54.15, 9.0\n'.repeat(2);
    const found = await detectGpus(host({ [QUERY]: csv, 'nvidia-smi topo -m': TOPOLOGY_NVLINK }));
    expect(found.interconnect).toBe('nvlink');
    expect(found.gpus[0]?.cudaVersion).toBeNull();
  });

  test('drivers without compute_cap, and parts without a memory figure', async () => {
    const old = await detectGpus(host({ [OLD_QUERY]: 'Tesla V100-SXM2-16GB, 16160, 450.80.02\n' }));
    expect(old.gpus[0]).toMatchObject({ name: 'Tesla V100-SXM2-16GB', computeCapability: null, totalBytes: 16160 * MIB });
    const unified = await detectGpus(host({ [QUERY]: 'NVIDIA GB10, [N/A], 580.95.05, 12.1\n' }));
    expect(unified.gpus[0]).toMatchObject({ name: 'NVIDIA GB10', totalBytes: null });
    expect(unified.interconnect).toBe('unknown');
  });

  test('amd-smi', async () => {
    const answer = JSON.stringify([
      {
        gpu: 0,
        asic: { market_name: 'AMD Instinct MI300X', target_graphics_version: 'gfx942' },
        vram: { type: 'HBM', size: { value: 196592, unit: 'MB' } },
        driver: { name: 'amdgpu', version: '6.10.5' },
      },
    ]);
    const list = await detectGpus(host({ 'amd-smi static --asic --vram --driver --json': answer }));
    const wrapped = await detectGpus(host({ 'amd-smi static --asic --vram --driver --json': `{"gpu_data": ${answer}}` }));
    expect(list).toEqual(wrapped);
    expect(list.tool).toBe('amd-smi');
    expect(list.gpus).toEqual([
      {
        vendor: 'amd',
        name: 'AMD Instinct MI300X',
        totalBytes: 196592 * MIB,
        computeCapability: 'gfx942',
        driverVersion: '6.10.5',
        cudaVersion: null,
      },
    ]);
  });

  test('rocm-smi', async () => {
    const command = 'rocm-smi --showproductname --showmeminfo vram --showdriverversion --json';
    const answer = {
      card0: { 'VRAM Total Memory (B)': '21458059264', 'Card Series': 'Radeon RX 7900 XT', 'GFX Version': 'gfx1100' },
      system: { 'Driver version': '6.8.5' },
    };
    const found = await detectGpus(host({ [command]: JSON.stringify(answer) }));
    expect(found.gpus[0]).toMatchObject({ name: 'Radeon RX 7900 XT', totalBytes: 21458059264, driverVersion: '6.8.5' });
  });

  test('no tool, and tools that answer with a message', async () => {
    expect(await detectGpus(host({}))).toEqual(NO_GPUS);
    expect(await detectGpus(host({ [QUERY]: 'No devices were found\n', 'amd-smi static --asic --vram --driver --json': 'ERROR' }))).toEqual(
      NO_GPUS,
    );
  });
});
