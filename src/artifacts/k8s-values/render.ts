import type { ServerContainer } from '../container.ts';
import type { Deployment } from '../deployment.ts';
import { headerLines } from '../file-header.ts';
import { kubernetesText } from '../kubernetes/kubernetes-text.ts';
import { gpuNodeTerms, gpuResource, gpuTolerations, NODE_TERMS_REMARK } from '../kubernetes/node-placement.ts';
import { rolloutOf } from '../kubernetes/rollout.ts';
import { fixedScale } from '../kubernetes/scale.ts';
import { containerSecurity } from '../kubernetes/security-context.ts';
import { type Remark, yamlText } from '../yaml-text.ts';
import { CHART, type ValuesInput } from './input.ts';

const SHARED_REMARK = 'All replicas share it: add storageClass with one that offers ReadWriteMany.';

/** Values for the vLLM production-stack chart: one model, its replicas, and the chart's router in front of it. */
export function renderValues(deployment: Deployment, container: ServerContainer, input: ValuesInput): string {
  const value = { servingEngineSpec: engineSpec(deployment, container, input), routerSpec: { tag: `v${CHART.version}` } };
  return yamlText(value, headerLines(deployment, ...usage(deployment, container, input)), remarksOf(deployment, container, input));
}

function engineSpec(deployment: Deployment, container: ServerContainer, input: ValuesInput): object {
  const httpGet = { path: deployment.healthPath, port: deployment.port };
  return {
    containerPort: deployment.port,
    imagePullPolicy: 'IfNotPresent',
    runtimeClassName: '',
    strategy: rolloutOf(deployment, fixedScale(deployment)).strategy,
    ...(input.vllmApiKey && { vllmApiKey: { secretName: input.secretName, secretKey: 'VLLM_API_KEY' } }),
    startupProbe: { initialDelaySeconds: 15, periodSeconds: input.probePeriodS, failureThreshold: input.failures.value, httpGet },
    livenessProbe: { periodSeconds: 10, failureThreshold: 3, timeoutSeconds: 10, httpGet },
    readinessProbe: { periodSeconds: 5, failureThreshold: 3, timeoutSeconds: 5, httpGet },
    containerSecurityContext: containerSecurity(container),
    tolerations: gpuTolerations(container),
    modelSpec: [modelSpec(deployment, container, input)],
  };
}

function modelSpec(deployment: Deployment, container: ServerContainer, input: ValuesInput): object {
  return {
    name: deployment.slug,
    repository: container.repository,
    tag: container.tag,
    modelURL: input.modelUrl,
    ...(deployment.revision !== null && { modelRevision: kubernetesText(deployment.revision) }),
    replicaCount: deployment.replicas,
    requestCPU: container.cpuCores.value,
    requestMemory: `${container.hostMemoryGib.value}Gi`,
    requestGPU: deployment.gpus.value,
    requestGPUType: gpuResource(container),
    pvcStorage: `${container.cacheGib.value}Gi`,
    pvcAccessMode: [deployment.replicas > 1 ? 'ReadWriteMany' : 'ReadWriteOnce'],
    shmSize: `${deployment.sharedMemoryGib.value}Gi`,
    vllmConfig: input.vllmConfig,
    env: input.env,
    ...(container.gpuClass !== null && { nodeSelectorTerms: gpuNodeTerms(container.gpuClass) }),
  };
}

function usage({ secrets, slug }: Deployment, { mount }: ServerContainer, { secretName, modelUrl }: ValuesInput): string[] {
  const lines = [
    `Values for the vLLM production-stack chart ${CHART.name} ${CHART.version}:`,
    `  helm repo add vllm ${CHART.repository}`,
    `  helm install llm vllm/${CHART.name} --version ${CHART.version} --values k8s-values.yaml`,
    'The chart has no preStop hook and no grace period for engines: running requests get at most the 30 s of Kubernetes.',
  ];
  if (secrets.length > 0) {
    const literals = secrets.map(({ env }) => `--from-literal=${env}="$${env}"`).join(' ');
    const optional = secrets.every(({ required }) => !required) ? ' (only gated and private models need it)' : '';
    lines.push(`Secret${optional}: kubectl create secret generic ${secretName} ${literals}`);
  }
  if (mount !== null) lines.push(`The model is a local folder: copy it into the volume of ${slug} as ${modelUrl} before the first start.`);
  return lines;
}

function remarksOf(deployment: Deployment, container: ServerContainer, input: ValuesInput): Remark[] {
  const engine = (...path: (string | number)[]): (string | number)[] => ['servingEngineSpec', ...path];
  const model = (...path: (string | number)[]): (string | number)[] => engine('modelSpec', 0, ...path);
  const remarks: Remark[] = [
    { path: engine('runtimeClassName'), text: 'Set it to nvidia where GPU nodes need a runtime class.' },
    { path: engine('strategy'), text: rolloutOf(deployment, fixedScale(deployment)).because },
    { path: engine('startupProbe'), text: input.failures.because },
    { path: model('tag'), text: 'The planned version; upgrade on purpose, then plan again.' },
    { path: model('requestCPU'), text: container.cpuCores.because },
    { path: model('requestMemory'), text: container.hostMemoryGib.because },
    { path: model('requestGPU'), text: deployment.gpus.because },
    { path: model('pvcStorage'), text: container.cacheGib.because },
    { path: model('shmSize'), text: deployment.sharedMemoryGib.because },
  ];
  if (deployment.replicas > 1) remarks.push({ path: model('pvcAccessMode'), text: SHARED_REMARK });
  if (container.gpuClass !== null) {
    remarks.push({ path: model('nodeSelectorTerms'), text: NODE_TERMS_REMARK });
  }
  remarks.push({ path: ['routerSpec'], text: "The chart's default is the tag latest." });
  return remarks;
}
