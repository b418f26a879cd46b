import { cudaTotalOf, estimateCudaTotal } from '../../catalog/cuda-total.ts';
import type { GpuSpec } from '../../catalog/gpu-spec.ts';
import { type GpuMatch, matchGpu } from '../../catalog/match-gpu.ts';
import type { Finding } from '../../engine/finding.ts';
import { WizardError } from '../../errors/wizard-error.ts';
import { detectGpus } from '../../hardware/detect-gpus.ts';
import type { HostSpec } from '../../hardware/host-spec.ts';
import type { HardwareInput } from '../../plan/plan-request.ts';
import { formatGiB, GIB } from '../../units/bytes.ts';
import type { CliContext } from '../context.ts';

export interface HardwareSettings {
  readonly gpu?: string | undefined;
  readonly gpus?: number | undefined;
  readonly nodes?: number | undefined;
  readonly vramGb?: number | undefined;
  readonly gpuTotalGib?: number | undefined;
  readonly interconnect?: 'pcie' | 'nvlink' | 'unknown' | undefined;
}

export interface ReadHardware {
  readonly hardware: HardwareInput;
  readonly findings: readonly Finding[];
}

/** `--vram-gb 80` on a card that hands out 79.2 GiB is the number on the box, not another card. */
const BOX_FRACTION = 0.1;

/**
 * The GPUs that the settings name, or this host's for `auto`.
 *
 * @param needed GPUs that the layout takes, where no number is given
 * @throws WizardError GPU_UNKNOWN, GPU_UNSUPPORTED, GPU_NOT_FOUND
 */
export async function readHardware(
  ctx: CliContext,
  settings: HardwareSettings,
  needed: number,
  userGpus: readonly GpuSpec[],
): Promise<ReadHardware> {
  const name = settings.gpu ?? 'auto';
  if (name.trim().toLowerCase() === 'auto') return readHost(await detectGpus(ctx.run), settings, needed, userGpus);
  const { gpu, findings } = namedGpu(name, userGpus);
  const hardware: HardwareInput = {
    gpu,
    count: settings.gpus ?? needed,
    nodes: settings.nodes ?? 1,
    interconnect: settings.interconnect ?? 'unknown',
    totalBytesOverride: statedTotal(gpu, settings),
    detected: false,
    driverVersion: null,
    cudaVersion: null,
  };
  requireTotal(hardware);
  return { hardware, findings };
}

function readHost(host: HostSpec, settings: HardwareSettings, needed: number, userGpus: readonly GpuSpec[]): ReadHardware {
  const [first] = host.gpus;
  if (!first) {
    throw new WizardError('GPU_NOT_FOUND', {
      problem: 'No GPU was found on this host: nvidia-smi, amd-smi and rocm-smi are missing or list none.',
      fix: 'Name the GPU to plan for, for example --gpu h100. `vllm-wizard gpus` lists those that are known.',
    });
  }
  const { gpu, findings } = namedGpu(first.name, userGpus, first.totalBytes);
  const alike = host.gpus.filter((other) => other.name === first.name).length;
  const mixed: Finding[] =
    alike === host.gpus.length
      ? []
      : [
          {
            code: 'GPUS_DIFFER',
            message: `This host has different GPUs; the plan is for its ${alike} x ${first.name}.`,
            fix: 'Name another one with --gpu to plan for it.',
            fatal: false,
          },
        ];
  // The catalog knows what CUDA reports for the usual total; another total (a slice, another driver) is taken from the host.
  const usual = gpu.nvmlTotalBytes?.value;
  const differs = first.totalBytes !== null && usual !== undefined && first.totalBytes !== usual;
  const measured = differs && first.totalBytes !== null && first.vendor === 'nvidia' ? estimateCudaTotal(first.totalBytes).value : null;
  const hardware: HardwareInput = {
    gpu,
    count: settings.gpus ?? Math.max(needed, alike),
    nodes: settings.nodes ?? 1,
    interconnect: settings.interconnect ?? host.interconnect,
    totalBytesOverride: statedTotal(gpu, settings) ?? measured,
    detected: true,
    driverVersion: first.driverVersion,
    cudaVersion: first.cudaVersion,
  };
  requireTotal(hardware);
  return { hardware, findings: [...findings, ...mixed] };
}

function namedGpu(
  name: string,
  userGpus: readonly GpuSpec[],
  total: HostSpec['gpus'][number]['totalBytes'] = null,
): { gpu: GpuSpec; findings: Finding[] } {
  const match = matchOnce(name, userGpus, total);
  const shown = name.slice(0, 80);
  if (match.kind === 'unsupported') {
    throw new WizardError('GPU_UNSUPPORTED', {
      problem: `"${shown}" cannot be planned for: ${match.reason}`,
      fix: 'Name another GPU.',
      facts: { gpu: shown },
    });
  }
  if (match.kind === 'unknown') {
    throw new WizardError('GPU_UNKNOWN', {
      problem: `"${shown}" is no GPU that is known.`,
      fix: `Did you mean ${match.nearest.join(', or ')}? \`vllm-wizard gpus\` lists all; --catalog adds your own.`,
      facts: { gpu: shown, nearest: match.nearest.join(', ') },
    });
  }
  if (match.others.length === 0) return { gpu: match.gpu, findings: [] };
  const finding: Finding = {
    code: 'GPU_VARIANT',
    message: `"${shown}" is taken as ${match.gpu.label}; it could also mean ${match.others.join(', ')}.`,
    fix: 'Name the variant with --gpu.',
    fatal: false,
  };
  return { gpu: match.gpu, findings: [finding] };
}

/** Answers without a measured total, by name: a batch asks for few names many times. */
const matches = new WeakMap<readonly GpuSpec[], Map<string, GpuMatch>>();

function matchOnce(name: string, userGpus: readonly GpuSpec[], total: HostSpec['gpus'][number]['totalBytes']): GpuMatch {
  if (total !== null) return matchGpu(name, { userGpus, nvmlTotalBytes: total });
  const known = matches.get(userGpus) ?? new Map<string, GpuMatch>();
  matches.set(userGpus, known);
  const match = known.get(name) ?? matchGpu(name, { userGpus });
  known.set(name, match);
  return match;
}

/** What the user says that one GPU has, in bytes; null when that is what the catalog says anyway. */
function statedTotal(gpu: GpuSpec, { gpuTotalGib, vramGb }: HardwareSettings): number | null {
  if (gpuTotalGib !== undefined) return Math.round(gpuTotalGib * GIB);
  if (vramGb === undefined) return null;
  const stated = vramGb * GIB;
  const usual = cudaTotalOf(gpu)?.value;
  const onBox = usual !== undefined && stated >= usual && stated <= usual * (1 + BOX_FRACTION);
  return onBox ? null : Math.round(stated);
}

function requireTotal({ gpu, totalBytesOverride }: HardwareInput): void {
  if (totalBytesOverride !== null) {
    if (totalBytesOverride > GIB / 2) return;
    throw new WizardError('OUT_OF_RANGE', {
      problem: `A GPU with ${formatGiB(totalBytesOverride, 2)} of memory cannot be planned for.`,
      fix: 'Give the memory of one GPU in GiB.',
      facts: { total_bytes: totalBytesOverride },
    });
  }
  if (cudaTotalOf(gpu) !== undefined) return;
  throw new WizardError('GPU_UNSUPPORTED', {
    problem: `The memory that ${gpu.label} reports to the engine is not known.`,
    fix: 'Give it with --gpu-total-gib.',
    facts: { gpu: gpu.id },
  });
}
