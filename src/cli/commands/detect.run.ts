import type { ExitCode } from '../../errors/wizard-error.ts';
import { detectGpus } from '../../hardware/detect-gpus.ts';
import { formatGiB, MIB } from '../../units/bytes.ts';
import type { CliContext } from '../context.ts';
import { table } from '../output/table.ts';

/** Prints the GPUs of this host; none is an answer, not a failure. */
export async function runDetect(ctx: CliContext, options: { readonly json?: true | undefined }): Promise<ExitCode> {
  const host = await detectGpus(ctx.run);
  if (options.json) {
    const list = host.gpus.map((gpu) => ({
      name: gpu.name,
      vram_mib: gpu.totalBytes === null ? null : Math.round(gpu.totalBytes / MIB),
      compute_capability: gpu.computeCapability,
      driver_version: gpu.driverVersion,
      cuda_version: gpu.cudaVersion,
      interconnect: host.interconnect,
    }));
    ctx.stdout.write(`${JSON.stringify(list, null, 2)}\n`);
    return 0;
  }
  if (host.gpus.length === 0) {
    ctx.stdout.write('No GPU found: nvidia-smi, amd-smi and rocm-smi are missing or list none.\n');
    ctx.stderr.write('Plan for one by name: vllm-wizard plan MODEL --gpu h100\n');
    return 0;
  }
  const rows = host.gpus.map((gpu, index) => [
    String(index),
    gpu.name,
    gpu.totalBytes === null ? 'shared with the host' : formatGiB(gpu.totalBytes),
    gpu.computeCapability ?? '-',
    gpu.driverVersion ?? '-',
    gpu.cudaVersion ?? '-',
  ]);
  ctx.stdout.write(table(['GPU', 'Name', 'Memory', 'Compute', 'Driver', 'CUDA'], rows));
  if (host.gpus.length > 1) ctx.stdout.write(`\nLinks between them: ${host.interconnect}\n`);
  return 0;
}
