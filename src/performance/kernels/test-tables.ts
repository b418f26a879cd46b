import { codeOfUs, type KernelAxis, type KernelTable, type KernelTables } from '../../catalog/kernel-table.ts';

export interface TableSketch {
  readonly name: string;
  readonly axes: readonly KernelAxis[];
  readonly keys?: readonly string[];
  readonly series?: readonly (readonly number[])[];
  /** µs of every cell, 0 where none was measured. */
  readonly us: readonly number[];
}

/** A small table written down by hand. */
export function sketchTable({ name, axes, keys = [], series = [[]], us }: TableSketch): KernelTable {
  const codes = Uint16Array.from(us, (value) => (value === 0 ? 0 : codeOfUs(value)));
  return { name, axes, keys, series, codes, source: { system: 'sketch', engine: 'none', engineVersion: '0', rows: us.length } };
}

/** A GPU of 1 TB/s and 100 TFLOP/s with the given tables. */
export function sketchTables(...tables: readonly KernelTable[]): KernelTables {
  return {
    system: 'sketch',
    sha256: '',
    peaks: { memoryBytesPerS: 1e12, flopsPerS: { bf16: 1e14, fp8: 2e14 } },
    names: tables.map((table) => table.name),
    find: (name) => tables.find((table) => table.name === name),
  };
}
