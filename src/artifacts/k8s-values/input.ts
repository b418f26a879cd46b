import type { ServeArgs } from '../../engine/serve-args.ts';
import { serveArgv } from '../../engine/serve-argv.ts';
import { type Derived, PROBE_PERIOD_S, startupFailures } from '../budgets.ts';
import type { ServerContainer } from '../container.ts';
import type { Deployment } from '../deployment.ts';
import { kubernetesText } from '../kubernetes/kubernetes-text.ts';
import { flagName, type SecretRef } from '../secrets.ts';

/** The chart that the values are for; its router image carries the chart's version. */
export const CHART = { name: 'vllm-stack', version: '0.1.12', repository: 'https://vllm-project.github.io/production-stack' } as const;

/** Where the chart mounts the model volume. */
const DATA = '/data';
/** The chart sets no grace period, so Kubernetes kills after its default of 30 s; the engine must be done before. */
const LONGEST_DRAIN_S = 25;
/**
 * Helm reads numbers as floats and prints those from a million on as 1e+06, which the engine refuses.
 *
 * @source helm/helm issue 1707
 */
const HELM_PRINTS_PLAIN_BELOW = 1_000_000;

interface VllmConfig {
  readonly tensorParallelSize: number;
  readonly enablePrefixCaching: boolean;
  readonly maxModelLen?: number;
  readonly dtype?: string;
  readonly gpuMemoryUtilization?: number;
  readonly maxNumSeqs?: number;
  readonly enableChunkedPrefill?: boolean;
  readonly extraArgs: readonly string[];
}

export interface ValuesInput {
  readonly modelUrl: string;
  readonly vllmConfig: VllmConfig;
  readonly env: readonly object[];
  readonly secretName: string;
  readonly vllmApiKey: boolean;
  readonly failures: Derived;
  readonly probePeriodS: number;
}

/** Sorts the arguments into the fields that the chart has and `extraArgs` for the rest. */
export function valuesInput(deployment: Deployment, container: ServerContainer, prefixCaching: boolean): ValuesInput {
  const { secretName } = deployment;
  const keyed = deployment.secrets.filter(({ env }) => env !== 'VLLM_API_KEY');
  return {
    modelUrl: kubernetesText(container.mount === null ? container.args.model : `${DATA}${container.args.model}`),
    vllmConfig: vllmConfig(container, prefixCaching),
    env: [...keyed.map((secret) => secretEnv(secret, secretName)), ...plainEnv(deployment, container)],
    secretName,
    vllmApiKey: keyed.length < deployment.secrets.length,
    failures: startupFailures(deployment.startup),
    probePeriodS: PROBE_PERIOD_S,
  };
}

function vllmConfig({ args, version }: ServerContainer, prefixCaching: boolean): VllmConfig {
  const { dtype, gpuMemoryUtilization, maxNumSeqs, enableChunkedPrefill } = args;
  const maxModelLen = typeof args.maxModelLen === 'number' && args.maxModelLen < HELM_PRINTS_PLAIN_BELOW ? args.maxModelLen : null;
  const rest: ServeArgs = {
    ...args,
    revision: null,
    tensorParallelSize: null,
    enablePrefixCaching: null,
    maxModelLen: maxModelLen === null ? args.maxModelLen : null,
    dtype: null,
    gpuMemoryUtilization: null,
    maxNumSeqs: null,
    enableChunkedPrefill: null,
    otherFlags: args.otherFlags.filter((flag) => flagName(flag) !== '--port').map(shortDrain),
  };
  const [, ...extraArgs] = serveArgv(rest, version);
  return {
    // Without this key the chart mounts no shared memory.
    tensorParallelSize: args.tensorParallelSize ?? 1,
    // Without this key the chart switches prefix caching off.
    enablePrefixCaching: args.enablePrefixCaching ?? prefixCaching,
    ...(maxModelLen !== null && { maxModelLen }),
    ...(dtype !== null && { dtype }),
    ...(gpuMemoryUtilization !== null && { gpuMemoryUtilization }),
    ...(maxNumSeqs !== null && { maxNumSeqs }),
    ...(enableChunkedPrefill !== null && { enableChunkedPrefill }),
    extraArgs: extraArgs.map(kubernetesText),
  };
}

function shortDrain(flag: { readonly name: string; readonly value: string | null }): {
  readonly name: string;
  readonly value: string | null;
} {
  if (flagName(flag) !== '--shutdown-timeout') return flag;
  return { ...flag, value: String(Math.min(Number(flag.value), LONGEST_DRAIN_S)) };
}

function secretEnv({ env, required }: SecretRef, name: string): object {
  return { name: env, valueFrom: { secretKeyRef: { name, key: env, optional: !required } } };
}

/** Replicas share the volume, where compilers would meet in each other's half-written files. */
function plainEnv({ replicas }: Deployment, { env }: ServerContainer): object[] {
  const entries = env.map(([name, value]) => ({ name, value: kubernetesText(value) }));
  const cached = env.some(([name]) => name === 'VLLM_CACHE_ROOT');
  return cached ? entries : [...entries, { name: 'VLLM_CACHE_ROOT', value: replicas > 1 ? '/tmp/vllm-cache' : `${DATA}/vllm-cache` }];
}
