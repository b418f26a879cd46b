import type { IEnvVar } from 'kubernetes-models/v1/EnvVar';
import type { ServerContainer } from '../container.ts';
import type { Deployment } from '../deployment.ts';
import { expectsDownloads } from './downloads.ts';
import { kubernetesText } from './kubernetes-text.ts';

/** Where the pod's volume for weights and compiled kernels is mounted. */
export const CACHE_PATH = '/cache';

/** Everything that the engine and its libraries keep between starts goes to the volume; the user's own choices win. */
const CACHE_ENV: Readonly<Record<string, string>> = {
  CUDA_CACHE_PATH: `${CACHE_PATH}/cuda`,
  FLASHINFER_WORKSPACE_BASE: CACHE_PATH,
  HF_HOME: `${CACHE_PATH}/huggingface`,
  TRITON_CACHE_DIR: `${CACHE_PATH}/triton`,
  VLLM_CACHE_ROOT: `${CACHE_PATH}/vllm`,
};

/** Secrets by reference first, then the plan's variables and ours, by name. */
export function containerEnv({ secrets, secretName }: Deployment, container: ServerContainer): IEnvVar[] {
  const references = secrets.map(({ env, required }) => ({
    name: env,
    valueFrom: { secretKeyRef: { name: secretName, key: env, ...(!required && { optional: true }) } },
  }));
  return [...references, ...plainEnv(container)];
}

export function plainEnv(container: ServerContainer): { name: string; value: string }[] {
  const ours = expectsDownloads(container) ? CACHE_ENV : { ...CACHE_ENV, HF_HUB_OFFLINE: '1' };
  const values = { ...ours, ...Object.fromEntries(container.env) };
  const plain = Object.entries(values).map(([name, value]) => ({ name, value: kubernetesText(value) }));
  return plain.sort((a, b) => (a.name < b.name ? -1 : 1));
}
