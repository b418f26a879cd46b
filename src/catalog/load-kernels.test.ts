import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { GPUS } from './gpus.ts';
import { GPU_OF_SYSTEM, MEASURED_SYSTEMS, measuredSystemOf } from './kernel-systems.ts';
import { loadKernelSystem, loadKernels } from './load-kernels.ts';

describe('measuredSystemOf', () => {
  it('names GPUs of the catalog, and all systems', () => {
    expect(Object.keys(GPUS)).toEqual(expect.arrayContaining(Object.values(GPU_OF_SYSTEM)));
    expect(Object.keys(GPU_OF_SYSTEM).sort()).toEqual([...MEASURED_SYSTEMS]);
  });

  test.each([
    { gpu: 'h100-sxm-80gb', want: 'h100_sxm' },
    { gpu: 'h100-pcie-80gb', want: undefined },
    { gpu: 'a100-sxm-40gb', want: undefined },
    { gpu: 'rtx-pro-6000-workstation-96gb', want: undefined },
  ])('$gpu: $want', ({ gpu, want }) => {
    expect(measuredSystemOf(gpu)).toBe(want);
    expect(loadKernels(gpu)?.system).toBe(want);
  });
});

describe.each(MEASURED_SYSTEMS)('the tables of %s', (system) => {
  const tables = loadKernelSystem(system);

  it('are the ones that the manifest was written for', () => {
    const pack = readFileSync(new URL(`./data/kernels-${system}.bin`, import.meta.url));
    expect(createHash('sha256').update(pack).digest('hex')).toBe(tables.sha256);
  });

  it('hold as many measurements as they say, on ascending axes', () => {
    for (const name of tables.names) {
      const table = tables.find(name);
      expect(table?.codes.reduce((count, code) => count + (code === 0 ? 0 : 1), 0)).toBe(table?.source.rows);
      for (const { values } of table?.axes ?? []) expect(values).toEqual([...new Set(values)].sort((a, b) => a - b));
      expect(new Set(table?.series.map((keys) => keys.join())).size).toBe(table?.series.length);
    }
  });

  it('has no table of another name', () => {
    expect(tables.find('gemm/no-such-dtype')).toBeUndefined();
  });
});
