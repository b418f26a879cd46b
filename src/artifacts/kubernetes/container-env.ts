import type { IEnvVar } from 'kubernetes-models/v1/EnvVar';
import type { ServerContainer } from '../container.ts';
import type { Deployment } from '../deployment.ts';
import { expectsDownloads } from './downloads.ts';
import { kubernetesText } from './kubernetes-text.ts';

/** Where the pod's volume for weights and compiled kernels is mounted. */
export const CACHE_PATH = '/cache';
/** Where a pod that shares its volume with others has a folder of its own for compiled kernels. */
export const KERNELS_PATH = '/kernels';

/** Everything that the engine and its libraries keep between starts. */
export function cacheEnv(ownKernels: boolean): Readonly<Record<string, string>> {
  return { HF_HOME: `${CACHE_PATH}/huggingface`, ...kernelsEnv(ownKernels ? KERNELS_PATH : CACHE_PATH) };
}

/**
 * Downloads lock their files, so pods may share them. Compilers do not: two pods that start together would write, and read,
 * the same half-written files.
 */
export function kernelsEnv(folder: string): Readonly<Record<string, string>> {
  return {
    CUDA_CACHE_PATH: `${folder}/cuda`,
    FLASHINFER_WORKSPACE_BASE: folder,
    TRITON_CACHE_DIR: `${folder}/triton`,
    VLLM_CACHE_ROOT: `${folder}/vllm`,
  };
}

/** Secrets by reference first, then the plan's variables and ours, by name. */
export function containerEnv({ secrets, secretName }: Deployment, container: ServerContainer, ownKernels = false): IEnvVar[] {
  const references = secrets.map(({ env, required }) => ({
    name: env,
    valueFrom: { secretKeyRef: { name: secretName, key: env, ...(!required && { optional: true }) } },
  }));
  return [...references, ...plainEnv(container, ownKernels)];
}

/** The user's own choices win. */
export function plainEnv(container: ServerContainer, ownKernels = false): { name: string; value: string }[] {
  const ours = cacheEnv(ownKernels);
  const offline = expectsDownloads(container) ? {} : { HF_HUB_OFFLINE: '1' };
  const values = { ...ours, ...offline, ...Object.fromEntries(container.env) };
  const plain = Object.entries(values).map(([name, value]) => ({ name, value: kubernetesText(value) }));
  return plain.sort((a, b) => (a.name < b.name ? -1 : 1));
}
