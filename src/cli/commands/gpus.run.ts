import { cudaTotalOf } from '../../catalog/cuda-total.ts';
import type { GpuSpec } from '../../catalog/gpu-spec.ts';
import { GPU_LIST } from '../../catalog/gpus.ts';
import type { ExitCode } from '../../errors/wizard-error.ts';
import { formatGiB } from '../../units/bytes.ts';
import type { CliContext } from '../context.ts';
import { table } from '../output/table.ts';

interface GpusOptions {
  readonly catalog?: string | undefined;
  readonly json?: true | undefined;
}

/** Lists the GPU table. A number that is not known shows as "-" (null with --json). */
export async function runGpus(ctx: CliContext, words: readonly string[], options: GpusOptions): Promise<ExitCode> {
  const own =
    options.catalog === undefined ? [] : (await import('../../catalog/load-user-catalog.ts')).loadUserCatalog(options.catalog).gpus;
  const all = [...own, ...GPU_LIST.filter((gpu) => !own.some((user) => user.id === gpu.id))];
  const gpus = all.filter((gpu) => words.every((word) => describe(gpu).includes(word.toLowerCase())));
  if (options.json) {
    ctx.stdout.write(`${JSON.stringify(gpus.map(listed), null, 2)}\n`);
    return 0;
  }
  if (gpus.length === 0) {
    ctx.stderr.write(`No GPU's name holds "${words.join(' ')}"; run vllm-wizard gpus for all ${all.length}.\n`);
    return 0;
  }
  const rows = gpus.map((gpu) => {
    const row = listed(gpu);
    return [
      row.id,
      row.label,
      row.total_bytes === null ? '-' : formatGiB(row.total_bytes),
      `${(row.memory_bandwidth_bytes_per_s / 1e9).toFixed(0)} GB/s`,
      row.compute_capability ?? row.gfx_target ?? '-',
    ];
  });
  ctx.stdout.write(table(['Id', 'Name', 'Memory', 'Bandwidth', 'Compute'], rows));
  return 0;
}

function describe(gpu: GpuSpec): string {
  return [gpu.id, gpu.label, gpu.vendor, gpu.architecture, ...gpu.names].join(' ').toLowerCase();
}

function listed(gpu: GpuSpec) {
  return {
    id: gpu.id,
    label: gpu.label,
    vendor: gpu.vendor,
    architecture: gpu.architecture,
    total_bytes: cudaTotalOf(gpu)?.value ?? null,
    memory_bandwidth_bytes_per_s: gpu.memoryBandwidthBytesPerS.value,
    compute_capability: gpu.computeCapability ?? null,
    gfx_target: gpu.gfxTarget ?? null,
  };
}
