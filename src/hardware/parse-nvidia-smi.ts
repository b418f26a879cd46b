import { type Bytes, bytes, MIB } from '../units/bytes.ts';
import type { HostGpu } from './host-spec.ts';

/** Fields asked of `nvidia-smi --query-gpu`; drivers before 510 do not know the last one. */
export const QUERY_FIELDS = ['name', 'memory.total', 'driver_version', 'compute_cap'] as const;

/** More lines than any host has GPUs: output beyond it is not from nvidia-smi. */
const MAX_GPUS = 256;

/**
 * Reads `nvidia-smi --query-gpu=name,memory.total,driver_version[,compute_cap] --format=csv,noheader,nounits`.
 * Unified-memory parts (GB10, Jetson) print "[N/A]" for the memory: their total is null.
 *
 * @param banner output of `nvidia-smi` without arguments, for the CUDA version; may be empty
 */
export function parseNvidiaSmi(csv: string, banner: string): HostGpu[] {
  const cudaVersion = /CUDA Version:\s*([\d.]+)/.exec(banner)?.[1] ?? null;
  const lines = csv.split('\n').filter((line) => line.includes(','));
  return lines.slice(0, MAX_GPUS).map((line) => {
    const [name = '', memory = '', driver, capability] = line.split(',').map((field) => field.trim());
    return {
      vendor: 'nvidia',
      name,
      totalBytes: readMib(memory),
      computeCapability: known(capability),
      driverVersion: known(driver),
      cudaVersion,
    };
  });
}

function readMib(text: string): Bytes | null {
  const found = /^(\d+)(?: MiB)?$/.exec(text);
  return found ? bytes(Number(found[1]) * MIB) : null;
}

function known(text: string | undefined): string | null {
  return text === undefined || text === '' || /N\/A|not supported/i.test(text) ? null : text;
}

/**
 * Reads the matrix of `nvidia-smi topo -m`: `nvlink` when some pair of GPUs is joined by NVLink, `pcie` when none is.
 *
 * @returns unknown for a single GPU, or for text without a matrix
 */
export function parseTopology(text: string): 'nvlink' | 'pcie' | 'unknown' {
  // Recent drivers underline the header with escape sequences.
  const plain = text.replaceAll(new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g'), '');
  const lines = plain.split('\n').map((line) => line.trim().split(/\s+/));
  const header = lines.find((cells) => cells[0] === 'GPU0');
  const columns = header?.filter((cell) => /^GPU\d+$/.test(cell)).length ?? 0;
  const rows = lines.filter((cells) => /^GPU\d+$/.test(cells[0] ?? '') && !/^GPU\d+$/.test(cells[1] ?? ''));
  const links = rows.flatMap((cells) => cells.slice(1, columns + 1)).filter((cell) => cell !== 'X');
  if (links.length === 0) return 'unknown';
  return links.some((link) => /^NV\d+$/.test(link)) ? 'nvlink' : 'pcie';
}
