import type { IJob } from 'kubernetes-models/batch/v1/Job';
import type { IAffinity } from 'kubernetes-models/v1/Affinity';
import type { IContainer } from 'kubernetes-models/v1/Container';
import type { IEnvVar } from 'kubernetes-models/v1/EnvVar';
import type { IVolume } from 'kubernetes-models/v1/Volume';
import type { IVolumeMount } from 'kubernetes-models/v1/VolumeMount';
import { isAtLeast, type Version } from '../../engine/version.ts';
import type { ServerContainer } from '../container.ts';
import type { Deployment } from '../deployment.ts';
import { expectsDownloads } from '../kubernetes/downloads.ts';
import { kubernetesText } from '../kubernetes/kubernetes-text.ts';
import type { Manifest } from '../kubernetes/manifest.ts';
import { gpuTolerations } from '../kubernetes/node-placement.ts';
import { selectorLabels } from '../kubernetes/object-names.ts';
import { podSecurity } from '../kubernetes/security-context.ts';
import { claimedCache, volumeMounts } from '../kubernetes/volumes.ts';
import { benchArgv, FRESH_SEED, RESULT_FILE, SEED_REMARK } from './bench-argv.ts';
import { benchSeconds, type ClientLoad } from './client-load.ts';

export function benchmarkName({ service }: Pick<Deployment, 'service'>): string {
  return `${service}-benchmark`;
}

/** Not those of the server, so that its Service does not take the client for one. */
function labelsOf(deployment: Deployment): { [name: string]: string } {
  return {
    'app.kubernetes.io/name': 'vllm-benchmark',
    'app.kubernetes.io/instance': benchmarkName(deployment),
    'app.kubernetes.io/managed-by': 'vllm-wizard',
  };
}

const RESULTS = '/results';
const CONFIG = '/benchmark';

/** Two steps: the client writes its result, then it is compared with the plan; the Job fails when either does. */
export function jobManifest(deployment: Deployment, container: ServerContainer, load: ClientLoad): Manifest {
  const deadline = benchSeconds(deployment, load);
  const security = podSecurity(container);
  const object = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: benchmarkName(deployment), labels: labelsOf(deployment) },
    spec: {
      backoffLimit: 0,
      activeDeadlineSeconds: deadline.value,
      ttlSecondsAfterFinished: 86_400,
      template: {
        metadata: { labels: labelsOf(deployment) },
        spec: {
          restartPolicy: 'Never',
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          ...(security !== null && { securityContext: security }),
          affinity: besideServer(deployment, container),
          tolerations: gpuTolerations(container),
          initContainers: [clientContainer(deployment, container, load)],
          containers: [checkContainer(container)],
          volumes: volumes(deployment, container),
        },
      },
    },
  } satisfies IJob;
  const pod = ['spec', 'template', 'spec'];
  const remarks = [
    { path: ['spec', 'activeDeadlineSeconds'], text: deadline.because },
    { path: [...pod, 'affinity'], text: nearRemark(container) },
    { path: [...pod, 'initContainers', 0, 'command'], text: SEED_REMARK },
    { path: [...pod, 'initContainers', 0, 'args'], text: 'The planned load, of all replicas together.' },
  ];
  const header = ['A Job cannot be changed: delete it before it is applied again.'];
  return { file: 'job.yaml', object, header, remarks };
}

function clientContainer(deployment: Deployment, container: ServerContainer, load: ClientLoad): IContainer {
  const { service, port, version } = deployment;
  const target = ['--base-url', `http://${service}:${port}`];
  const result = ['--save-result', '--result-dir', RESULTS, '--result-filename', RESULT_FILE];
  const words = [...clientCommand(version), ...benchArgv(deployment, load, container.args), ...target, ...result];
  return {
    name: 'client',
    ...shared(container, '8Gi'),
    command: ['sh', '-c', kubernetesText(`exec "$@" --seed "${FRESH_SEED}"`), 'sh'],
    args: words.map(kubernetesText),
    env: clientEnv(deployment, container),
    volumeMounts: clientMounts(container),
  };
}

/**
 * On a node without GPUs, the command line of older releases ends before it reads the flags.
 *
 * @source vllm/entrypoints/cli/main.py: the fallback to the CPU platform for `bench` is in 0.11.2, not in 0.11.0
 */
function clientCommand(version: Version): string[] {
  if (isAtLeast(version, '0.11.2')) return ['vllm', 'bench', 'serve'];
  const lines = ['import argparse', 'from vllm.benchmarks import serve', 'p = argparse.ArgumentParser()', 'serve.add_cli_args(p)'];
  return ['python3', '-c', [...lines, 'serve.main(p.parse_args())'].join('; ')];
}

function clientEnv({ secrets, secretName }: Deployment, container: ServerContainer): IEnvVar[] {
  const reference = (name: string, key: string, required: boolean): IEnvVar => ({
    name,
    valueFrom: { secretKeyRef: { name: secretName, key, ...(!required && { optional: true }) } },
  });
  const fromSecret = secrets.flatMap(({ env, required }) => {
    if (env === 'VLLM_API_KEY') return [reference('OPENAI_API_KEY', env, required)];
    return env === 'HF_TOKEN' ? [reference(env, env, required)] : [];
  });
  const offline = expectsDownloads(container) ? [] : [{ name: 'HF_HUB_OFFLINE', value: '1' }];
  return [...fromSecret, { name: 'HF_HOME', value: `${RESULTS}/huggingface` }, ...offline];
}

function checkContainer(container: ServerContainer): IContainer {
  return {
    name: 'check',
    ...shared(container, '1Gi'),
    command: ['python3', `${CONFIG}/check.py`, `${RESULTS}/${RESULT_FILE}`, `${CONFIG}/limits.json`],
    volumeMounts: [
      { name: 'work', mountPath: RESULTS, readOnly: true },
      { name: 'config', mountPath: CONFIG, readOnly: true },
    ],
  };
}

function shared({ repository, tag }: ServerContainer, memory: string) {
  return {
    image: `${repository}:${tag}`,
    imagePullPolicy: 'IfNotPresent',
    resources: { requests: { cpu: 2, memory }, limits: { memory } },
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, seccompProfile: { type: 'RuntimeDefault' } },
  } satisfies Partial<IContainer>;
}

/** The tokenizer of a local model lies in the server's volume. */
function clientMounts(container: ServerContainer): IVolumeMount[] {
  const model = volumeMounts(container).filter(({ readOnly }) => readOnly);
  return [{ name: 'work', mountPath: RESULTS }, ...model];
}

function volumes(deployment: Deployment, { mount }: ServerContainer): IVolume[] {
  const model = mount === null ? [] : [{ name: 'cache', ...claimedCache(deployment) }];
  return [{ name: 'work', emptyDir: {} }, { name: 'config', configMap: { name: benchmarkName(deployment) } }, ...model];
}

function besideServer(deployment: Deployment, { mount }: ServerContainer): IAffinity {
  const term = { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: selectorLabels(deployment) } };
  return mount === null
    ? { podAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm: term }] } }
    : { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } };
}

function nearRemark({ mount }: ServerContainer): string {
  return mount === null
    ? 'Beside the server if there is room: its node has the image, and the network adds nothing to the times.'
    : 'On the node of the server: the volume with the model and its tokenizer can be mounted there.';
}
