import type { ServeArgs } from '../engine/serve-args.ts';
import { serveArgv } from '../engine/serve-argv.ts';
import type { Version } from '../engine/version.ts';
import type { PlanResult } from '../plan/plan-result.ts';
import { type Derived, drainSeconds, graceSeconds, sharedMemoryGib, startupSeconds } from './budgets.ts';
import { cautionsOf } from './cautions.ts';
import { checkTokens } from './check-tokens.ts';
import { type Container, containerOf } from './container.ts';
import { DEFAULT_OPTIONS, type DeploymentOptions } from './deployment-options.ts';
import { type Expectations, expectationsOf } from './expectations.ts';
import { type SecretRef, splitSecrets } from './secrets.ts';
import { slugOf } from './slug.ts';
import { type Topology, topologyOf } from './topology.ts';

/**
 * Everything that artifacts say, decided once: renderers quote and lay out, and compute nothing.
 * What a file must explain travels with its number (`Derived`) or as a caution.
 */
export interface Deployment extends Topology, Expectations {
  /** First line of every file: what it is for, from which versions. */
  readonly title: string;
  /** What the reader must know before starting it. */
  readonly cautions: readonly string[];
  /** A name for containers, projects and pods. */
  readonly slug: string;
  /** Name of the server's objects in a cluster; its Service must not be called vllm. */
  readonly service: string;
  /** The secret that holds `secrets`, under their own names as keys. */
  readonly secretName: string;
  readonly version: Version;
  readonly model: string;
  readonly revision: string | null;
  readonly servedName: string;
  /** The model writes text; one that only reads it (embeddings, scores) has no output to measure. */
  readonly generates: boolean;
  /** Tokens after `vllm serve`, without secrets. */
  readonly argv: readonly string[];
  /** Sorted by name, without secrets. */
  readonly env: readonly (readonly [name: string, value: string])[];
  readonly secrets: readonly SecretRef[];
  /** US dollars for one GPU and hour, where the user named a price. */
  readonly gpuHourUsd: number | null;
  readonly port: number;
  readonly healthPath: string;
  readonly weightBytesOnDisk: number;
  readonly startup: Derived;
  readonly sharedMemoryGib: Derived;
  readonly drain: Derived;
  readonly grace: Derived;
  /** The same server in a container, or why there is none. */
  readonly container: Container;
}

const DEFAULT_PORT = 8000;

/** @throws WizardError USAGE for arguments or variable names that no shell can pass on */
export function buildDeployment(result: PlanResult, options: DeploymentOptions = DEFAULT_OPTIONS): Deployment {
  const { request, document } = result;
  const { config } = document;
  const local = request.model.source.kind === 'local';
  const topology = topologyOf(result, options.replicas);
  const { args: bare, secrets } = splitSecrets(result.args, !local);
  const args = withRay(bare, result, topology);
  const argv = serveArgv(args, request.vllm.version);
  const env = sortedEnv(args.env);
  checkTokens(argv, env);

  const { gpus, gpusPerNode } = topology;
  const weightBytesOnDisk = request.model.checkpointBytes ?? document.model.weight_bytes;
  const startup = startupSeconds({
    weightBytesOnDisk,
    downloads: !local,
    eager: config.enforce_eager,
    moe: request.model.experts !== null,
  });
  const shared = sharedMemoryGib(gpusPerNode);
  const drain = drainSeconds(document.performance?.e2e_ms.p99 ?? null);
  const port = portOf(args);
  const servedName = args.servedModelName ?? args.model;
  const slug = slugOf(servedName);
  const gpuLabel = `${gpus.value} x ${request.hardware.gpu.label}`;
  return {
    ...topology,
    ...expectationsOf(result),
    title: `${servedName} on ${gpuLabel}, vLLM ${document.vllm_version}; written by vllm-wizard ${document.tool_version}.`,
    cautions: cautionsOf(result, args, topology),
    slug,
    service: `${slug}-vllm`,
    secretName: `${slug}-secrets`,
    version: request.vllm.version,
    model: args.model,
    revision: args.revision,
    servedName,
    generates: request.model.task === 'generate' && args.runner !== 'pooling',
    argv,
    env,
    secrets,
    gpuHourUsd: options.gpuHourUsd,
    port,
    healthPath: '/health',
    weightBytesOnDisk,
    startup,
    sharedMemoryGib: shared,
    drain,
    grace: graceSeconds(drain),
    container: containerOf({ result, args: bare, local, slug, gpusPerNode, drain, weightBytesOnDisk, sharedMemoryGib: shared }),
  };
}

/**
 * A group that spans nodes needs Ray, and the engine refuses to guess it. A judged command is left as it is.
 *
 * @source vllm/config/parallel.py: "World size is larger than the number of available GPUs in this node"
 */
function withRay(args: ServeArgs, { request, document: { config } }: PlanResult, { nodes, gpusPerNode }: Topology): ServeArgs {
  const spansNodes = nodes > 1 && config.tensor_parallel_size * config.pipeline_parallel_size > gpusPerNode;
  const chosen = args.otherFlags.some(({ name }) => /distributed.executor.backend|nnodes/.test(name));
  if (request.mode === 'check' || !spansNodes || chosen) return args;
  return { ...args, otherFlags: [...args.otherFlags, { name: '--distributed-executor-backend', value: 'ray' }] };
}

function portOf(args: ServeArgs): number {
  const flag = args.otherFlags.findLast(({ name }) => /^-*port$/.test(name));
  const port = Number(flag?.value ?? DEFAULT_PORT);
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : DEFAULT_PORT;
}

function sortedEnv(env: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(env).sort(([a], [b]) => (a < b ? -1 : 1));
}
