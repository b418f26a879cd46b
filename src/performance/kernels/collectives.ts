import type { KernelTables } from '../../catalog/kernel-table.ts';
import { type Estimate, NOT_MEASURED } from './estimate.ts';
import { gridEstimate } from './grid-estimate.ts';

/**
 * `custom-graph`: what vLLM runs inside a CUDA graph, its own kernel for small messages and NCCL's for large ones; `custom-eager`:
 * the same launched by the host; `nccl`: NCCL alone.
 */
export type AllReduceKind = 'custom-graph' | 'custom-eager' | 'nccl';

export interface AllReduce {
  readonly kind: AllReduceKind;
  /** What each rank puts in: tokens × hidden size × 2. */
  readonly bytes: number;
  readonly gpus: number;
}

export interface Collective {
  readonly operation: 'all-gather' | 'all-reduce' | 'alltoall' | 'reduce-scatter';
  /** The message as nccl-tests counts it, in 16-bit elements × 2. */
  readonly bytes: number;
  readonly gpus: number;
}

/**
 * Adds up one tensor over the ranks of one NVLink domain (of one PCIe host on L40S, RTX PRO 6000 and B60), in µs. One GPU takes none.
 *
 * Measured: 2, 4 and 8 GPUs (GB200 and GB300: 2 and 4), 256 bytes to 1 GiB in powers of two (NCCL from 512 bytes).
 */
export function allReduceUs(tables: KernelTables, { kind, bytes, gpus }: AllReduce): Estimate {
  return messageUs(tables, `collective/${kind === 'nccl' ? 'nccl-all-reduce' : kind}`, bytes, gpus);
}

/** One of NCCL's collectives, in µs; the ranges of `allReduceUs`. */
export function collectiveUs(tables: KernelTables, { operation, bytes, gpus }: Collective): Estimate {
  return messageUs(tables, `collective/nccl-${operation}`, bytes, gpus);
}

function messageUs(tables: KernelTables, name: string, bytes: number, gpus: number): Estimate {
  if (gpus === 1) return { basis: 'measured', latencyUs: 0 };
  const table = tables.find(name);
  return table === undefined ? NOT_MEASURED : gridEstimate(table, 0, [gpus, bytes], ([, size = 0]) => collectiveWork(size));
}

/** A fixed latency and a link: the exact rates cancel between neighbours. @source leave-one-out, docs/kernels.md */
function collectiveWork(bytes: number): number {
  return 8 + bytes / 2e5;
}
