import { flagTable } from '../engine/flags.ts';
import type { ServeArgs } from '../engine/serve-args.ts';
import { serveArgv } from '../engine/serve-argv.ts';
import type { Version } from '../engine/version.ts';
import type { HardwareInput } from '../plan/plan-request.ts';
import type { PlanResult } from '../plan/plan-result.ts';
import { MIB } from '../units/bytes.ts';
import { cacheVolumeGib, cpuCores, type Derived, hostMemoryGib } from './budgets.ts';
import { servingImage } from './image.ts';
import { flagName } from './secrets.ts';

/** A folder of the host that the server reads its model from. */
export interface ModelMount {
  /** As the user wrote it; relative to the folder in which the plan was made. */
  readonly source: string;
  readonly target: string;
}

/** As NVIDIA's GPU feature discovery labels nodes: compute capability, and MiB that the card has more of. */
export interface GpuClass {
  readonly computeMajor: string;
  readonly computeMinor: string;
  readonly memoryMibAbove: number;
}

/** The server in a container: all of it, or on each node of a replica that spans several. */
export interface ServerContainer {
  readonly kind: 'server';
  readonly vendor: 'nvidia' | 'amd';
  readonly repository: string;
  readonly tag: string;
  readonly version: Version;
  /** The arguments inside the container: the model's path there, no --host of the host, nothing about how nodes find each other. */
  readonly args: ServeArgs;
  readonly argv: readonly string[];
  readonly env: readonly (readonly [name: string, value: string])[];
  /** The engine lets running requests finish on SIGTERM; otherwise it drops them at once. */
  readonly drains: boolean;
  /** Devices that the user picked by CUDA_VISIBLE_DEVICES; null: any. */
  readonly deviceIds: readonly string[] | null;
  readonly mount: ModelMount | null;
  /** What tells the planned kind of GPU from others in a cluster; null where nothing is known that would. */
  readonly gpuClass: GpuClass | null;
  readonly cacheGib: Derived;
  readonly cpuCores: Derived;
  readonly hostMemoryGib: Derived;
}

/** Why no container can run the plan. */
interface NoContainer {
  readonly kind: 'none';
  readonly problem: string;
  readonly fix: string;
}

export type Container = ServerContainer | NoContainer;

export interface ContainerFacts {
  readonly result: PlanResult;
  readonly args: ServeArgs;
  readonly local: boolean;
  readonly slug: string;
  readonly gpusPerNode: number;
  readonly drain: Derived;
  readonly weightBytesOnDisk: number;
  readonly sharedMemoryGib: Derived;
}

export function containerOf(facts: ContainerFacts): Container {
  const { hardware, vllm } = facts.result.request;
  const { vendor } = hardware.gpu;
  const image = servingImage(vendor, vllm.version);
  if (image === null || vendor === 'intel') {
    return {
      kind: 'none',
      problem: `The vLLM project publishes no server image for ${hardware.gpu.label}.`,
      fix: 'Emit command and profile, and install vLLM on the host.',
    };
  }
  const args = insideContainer(facts);
  const perNode = hardware.count / hardware.nodes;
  return {
    kind: 'server',
    vendor,
    repository: image.repository,
    tag: image.tag,
    version: vllm.version,
    args,
    argv: serveArgv(args, vllm.version),
    drains: args.otherFlags.some((flag) => flagName(flag) === DRAIN_FLAG && flag.value !== '0'),
    env: containerEnv(facts, vendor, perNode),
    deviceIds: vendor === 'nvidia' ? pickedDevices(facts) : null,
    mount: facts.local ? { source: facts.args.model, target: args.model } : null,
    gpuClass: gpuClassOf(hardware),
    cacheGib: cacheVolumeGib(facts.weightBytesOnDisk),
    cpuCores: cpuCores(facts.gpusPerNode),
    hostMemoryGib: hostMemoryGib(facts.gpusPerNode, facts.sharedMemoryGib, facts.args.cpuOffloadGib ?? 0),
  };
}

const DRAIN_FLAG = '--shutdown-timeout';

function insideContainer({ result, args, local, slug, drain }: ContainerFacts): ServeArgs {
  // The host's address means nothing inside; the port is kept, since it is the one that is published.
  const kept = args.otherFlags.filter((flag) => flagName(flag) !== '--host');
  const asked = kept.some((flag) => flagName(flag) === DRAIN_FLAG);
  // Before it knew this flag, the engine dropped running requests on SIGTERM.
  const known = flagTable(result.request.vllm.version).find(DRAIN_FLAG) !== null;
  const drains = result.request.mode === 'plan' && known && !asked;
  const otherFlags = drains ? [...kept, { name: DRAIN_FLAG, value: String(drain.value) }] : kept;
  if (!local) return { ...args, otherFlags };
  return { ...args, model: `/models/${slug}`, servedModelName: args.servedModelName ?? args.model, otherFlags };
}

const VISIBLE = 'CUDA_VISIBLE_DEVICES';

/** The runtime hands over the chosen devices and numbers them from 0 again: the variable would then name devices that are not there. */
function pickedDevices({ args, gpusPerNode: gpus }: ContainerFacts): string[] | null {
  const ids = (args.env[VISIBLE] ?? '').split(',').map((id) => id.trim());
  return ids.length >= gpus && ids.every((id) => /^[A-Za-z0-9-]+$/.test(id)) ? ids.slice(0, gpus) : null;
}

function containerEnv({ args, gpusPerNode: gpus }: ContainerFacts, vendor: 'nvidia' | 'amd', perNode: number): [string, string][] {
  const env: Record<string, string> = { ...args.env };
  if (vendor === 'nvidia') delete env[VISIBLE];
  // ROCm containers see every GPU of the host, so the plan's share must be named.
  if (vendor === 'amd' && gpus < perNode) env.HIP_VISIBLE_DEVICES ??= Array.from({ length: gpus }, (_, i) => i).join(',');
  return Object.entries(env).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Two percent below the driver's total, so that the same card with another driver still counts. */
function gpuClassOf({ gpu, totalBytesOverride }: HardwareInput): GpuClass | null {
  const [computeMajor, computeMinor] = gpu.computeCapability?.split('.') ?? [];
  const total = gpu.nvmlTotalBytes?.value;
  if (computeMajor === undefined || computeMinor === undefined || total === undefined || gpu.integrated || totalBytesOverride !== null)
    return null;
  return { computeMajor, computeMinor, memoryMibAbove: Math.floor((0.98 * total) / MIB) };
}
