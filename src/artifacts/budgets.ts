import { GIB } from '../units/bytes.ts';
import { ceilDiv } from '../units/integers.ts';

/** A number of a deployment and how it came about; the text becomes a comment beside it. */
export interface Derived {
  readonly value: number;
  readonly because: string;
}

/**
 * Slow but usual rates: a probe that waits too long costs nothing, one that gives up early restarts the server for ever.
 *
 * @source AIBrix issue 772 (150 s of probe killed an 8B model); rates: 1 Gbit/s link, slow end of network volumes
 */
const DOWNLOAD_BYTES_PER_S = 100e6;
const LOAD_BYTES_PER_S = 200e6;
/** torch.compile and graph capture, upper ends of what is seen; MoE models also compile kernels just in time. */
const COMPILE_DENSE_S = 180;
const COMPILE_MOE_S = 900;
const MARGIN_S = 60;

export interface StartupFacts {
  readonly weightBytesOnDisk: number;
  readonly downloads: boolean;
  readonly eager: boolean;
  readonly moe: boolean;
}

/** Seconds from the start of the container to the first 200 of /health; pulling the image comes before and is not in it. */
export function startupSeconds({ weightBytesOnDisk, downloads, eager, moe }: StartupFacts): Derived {
  const download = downloads ? Math.ceil(weightBytesOnDisk / DOWNLOAD_BYTES_PER_S) : 0;
  const load = Math.ceil(weightBytesOnDisk / LOAD_BYTES_PER_S);
  const compile = eager ? 0 : moe ? COMPILE_MOE_S : COMPILE_DENSE_S;
  const value = download + load + compile + MARGIN_S;
  const disk = `${(weightBytesOnDisk / 1e9).toFixed(1)} GB`;
  const parts = [
    downloads ? `download ${disk} at 100 MB/s ${download} s` : `no download of ${disk}`,
    `load at 200 MB/s ${load} s`,
    eager ? 'no compilation (eager)' : `compile and capture graphs ${compile} s`,
    `margin ${MARGIN_S} s`,
  ];
  return { value, because: `${value} s to start: ${parts.join(', ')}` };
}

export const PROBE_PERIOD_S = 10;

/** Failures that a startup probe allows: 1.5 × the time to start. */
export function startupFailures(startup: Derived): Derived {
  const value = Math.ceil((1.5 * startup.value) / PROBE_PERIOD_S);
  return { value, because: `${value} x ${PROBE_PERIOD_S} s = 1.5 x (${startup.because})` };
}

/**
 * Shared memory in GiB for what the GPU processes of one container exchange.
 *
 * @source sizes of llm-d (20), production-stack (20) and the official recipes (16 for eight GPUs)
 */
export function sharedMemoryGib(gpus: number): Derived {
  const value = gpus <= 1 ? 2 : gpus <= 4 ? 8 : 20;
  return { value, because: `${value} GiB of shared memory for ${gpus} GPU process${gpus === 1 ? '' : 'es'} (NCCL fails without)` };
}

/** Seconds that running requests get after SIGTERM: the slowest percent of requests, within 30 and 600. */
export function drainSeconds(p99RequestMs: number | null): Derived {
  const seconds = p99RequestMs === null ? 60 : Math.ceil(p99RequestMs / 1000);
  const value = Math.min(600, Math.max(30, seconds));
  const source = p99RequestMs === null ? 'no forecast of the request time' : `p99 of a request ${seconds} s`;
  return { value, because: `${source}, kept within 30 and 600 s` };
}

const TEARDOWN_S = 15;

export function graceSeconds(drain: Derived): Derived {
  const value = drain.value + TEARDOWN_S;
  return { value, because: `${drain.value} s to finish requests (${drain.because}) + ${TEARDOWN_S} s to shut down` };
}

/** Size of a cache volume in GiB: the checkpoint, a fifth more, and room for compiled kernels. */
export function cacheVolumeGib(weightBytesOnDisk: number): Derived {
  const value = ceilDiv(1.2 * weightBytesOnDisk + 10 * GIB, GIB);
  return { value, because: `1.2 x ${(weightBytesOnDisk / GIB).toFixed(1)} GiB of weights + 10 GiB` };
}

/** Cores: API server, tokenizer and engine core, and one for each GPU's worker. */
export function cpuCores(gpus: number): Derived {
  return { value: 3 + gpus, because: `API server, tokenizer, engine core, and one for each of ${gpus} workers` };
}

/** Host memory in GiB. Weights go through the page cache, which the kernel gives back, so they are not in it. */
export function hostMemoryGib(gpus: number, shared: Derived, cpuOffloadGibPerGpu: number): Derived {
  const offload = Math.ceil(cpuOffloadGibPerGpu * gpus);
  const value = 4 + 4 * gpus + shared.value + offload;
  const parts = [`4 GiB server`, `4 GiB for each of ${gpus} workers`, `${shared.value} GiB shared memory`];
  if (offload > 0) parts.push(`${offload} GiB of offloaded weights`);
  return { value, because: parts.join(' + ') };
}
