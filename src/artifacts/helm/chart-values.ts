import { startupFailures } from '../budgets.ts';
import type { ServerContainer } from '../container.ts';
import type { Deployment } from '../deployment.ts';
import { plainEnv } from '../kubernetes/container-env.ts';
import { expectsDownloads } from '../kubernetes/downloads.ts';
import { kubernetesText } from '../kubernetes/kubernetes-text.ts';
import { gpuAffinity, gpuTolerations, NODE_TERMS_REMARK } from '../kubernetes/node-placement.ts';
import { probes } from '../kubernetes/probes.ts';
import { progressDeadline, rolloutOf } from '../kubernetes/rollout.ts';
import type { Scale } from '../kubernetes/scale.ts';
import { containerSecurity, podSecurity, userRemark } from '../kubernetes/security-context.ts';
import { serverResources } from '../kubernetes/server-resources.ts';
import { terminationOf } from '../kubernetes/termination.ts';
import { volumeMounts } from '../kubernetes/volumes.ts';
import type { Remark } from '../yaml-text.ts';

/** values.yaml: all that the plan decides, each from where the plain manifests have it. */
export function chartValues(deployment: Deployment, container: ServerContainer, scale: Scale): object {
  const { preStop, grace } = terminationOf(deployment, container);
  const shared = scale.maxPods > 1;
  const model = volumeMounts(container).find(({ subPath }) => subPath !== undefined);
  return {
    name: deployment.service,
    image: { repository: container.repository, tag: container.tag, pullPolicy: 'IfNotPresent' },
    replicas: scale.replicas ?? deployment.replicas,
    autoscaled: scale.replicas === null,
    progressDeadlineSeconds: progressDeadline(deployment, container).value,
    strategy: rolloutOf(deployment, scale).strategy,
    args: container.argv.map(kubernetesText),
    existingSecret: deployment.secretName,
    secretKeys: deployment.secrets.map(({ env, required }) => ({ name: env, optional: !required })),
    env: plainEnv(container, shared),
    port: deployment.port,
    resources: serverResources(deployment, container),
    sharedMemory: `${deployment.sharedMemoryGib.value}Gi`,
    cache: { size: `${container.cacheGib.value}Gi`, accessMode: shared ? 'ReadWriteMany' : 'ReadWriteOnce', storageClassName: '' },
    ...(model !== undefined && { localModel: { mountPath: model.mountPath, subPath: model.subPath } }),
    ...probes(deployment),
    preStopSeconds: preStop.value,
    terminationGracePeriodSeconds: grace.value,
    podSecurityContext: podSecurity(container) ?? {},
    securityContext: containerSecurity(container),
    runtimeClassName: '',
    tolerations: gpuTolerations(container),
    affinity: container.gpuClass === null ? {} : gpuAffinity(container.gpuClass),
    spread: shared,
    ownKernels: shared,
    podDisruptionBudget: shared,
    networkPolicy: { enabled: true, downloads: expectsDownloads(container) },
  };
}

export function valuesRemarks(deployment: Deployment, container: ServerContainer, scale: Scale): Remark[] {
  const { preStop, grace } = terminationOf(deployment, container);
  const remarks: Remark[] = [
    { path: ['name'], text: 'Of every object; not vllm, whose variables would clash with those of the engine (VLLM_PORT).' },
    { path: ['image', 'tag'], text: 'The planned version; upgrade on purpose, then plan again.' },
    { path: ['autoscaled'], text: 'true: an autoscaler sets the number of replicas.' },
    { path: ['progressDeadlineSeconds'], text: progressDeadline(deployment, container).because },
    { path: ['strategy'], text: rolloutOf(deployment, scale).because },
    { path: ['args'], text: 'After vllm serve. Kubernetes reads $(NAME) as a variable; a doubled dollar is a plain one.' },
    { path: ['existingSecret'], text: 'Made before, by kubectl create secret; the chart holds none.' },
    {
      path: ['resources'],
      text: `CPU: ${container.cpuCores.because}. Memory: ${container.hostMemoryGib.because}. GPUs: ${deployment.gpus.because}.`,
    },
    { path: ['sharedMemory'], text: `${deployment.sharedMemoryGib.because}; part of the memory limit` },
    { path: ['cache', 'size'], text: container.cacheGib.because },
    { path: ['cache', 'storageClassName'], text: 'Empty: the default of the cluster. Several pods need one with ReadWriteMany.' },
    { path: ['ownKernels'], text: 'true: several pods share the volume, and compiled kernels go to /kernels of each pod.' },
    { path: ['startupProbe'], text: startupFailures(deployment.startup).because },
    { path: ['preStopSeconds'], text: preStop.because },
    { path: ['terminationGracePeriodSeconds'], text: grace.because },
    { path: ['podSecurityContext'], text: userRemark(container) },
    { path: ['runtimeClassName'], text: 'Set it to nvidia where GPU nodes need a runtime class.' },
    { path: ['networkPolicy'], text: 'In: its port. Out: names, and the Hub where it downloads.' },
  ];
  if (container.gpuClass !== null) remarks.push({ path: ['affinity'], text: NODE_TERMS_REMARK });
  return remarks;
}
