import type { Deployment } from '../deployment.ts';
import { headerLines } from '../file-header.ts';
import { yamlText } from '../yaml-text.ts';
import { poolLabels, ROUTER_RELEASE } from './names.ts';

const PLUGINS_FILE = 'planned-plugins.yaml';

interface Scorer {
  readonly type: string;
  readonly weight: number;
}

/** @source the configuration "optimized-baseline" that the router's own tests hold (test/integration/epp/wellknown_configs_test.go) */
const LOAD: readonly Scorer[] = [
  { type: 'queue-scorer', weight: 2 },
  { type: 'kv-cache-utilization-scorer', weight: 2 },
];
const PREFIX: readonly Scorer[] = [
  { type: 'prefix-cache-scorer', weight: 3 },
  { type: 'no-hit-lru-scorer', weight: 2 },
];

/** Values for the chart llm-d-router-gateway: where a request goes is decided by load, and by who holds its prefix. */
export function routerValues(deployment: Deployment, prefixCaching: boolean): string {
  const scorers = prefixCaching ? [...LOAD, ...PREFIX] : LOAD;
  const value = {
    router: {
      epp: {
        replicas: 1,
        image: { registry: 'ghcr.io/llm-d', repository: 'llm-d-router-endpoint-picker', tag: ROUTER_RELEASE, pullPolicy: 'IfNotPresent' },
        pluginsConfigFile: PLUGINS_FILE,
        pluginsCustomConfig: { [PLUGINS_FILE]: pluginsText(scorers) },
      },
      inferencePool: { create: false },
      modelServers: {
        type: 'vllm',
        protocol: 'http',
        targetPorts: [{ number: deployment.port }],
        matchLabels: poolLabels(deployment),
      },
    },
    provider: { name: 'none' },
    httpRoute: { create: false },
  };
  const remarks = [
    { path: ['router', 'epp', 'image'], text: "The chart's default in its repository is the tag main." },
    {
      path: ['router', 'epp', 'pluginsCustomConfig'],
      text: prefixCaching
        ? 'Short queues and free cache count, and most a prompt whose beginning is in the cache; cold prompts go round.'
        : 'Short queues and free cache count; the plan has prefix caching off, so prompts do not.',
    },
    { path: ['router', 'inferencePool'], text: 'The pool and the route are in inferencepool.yaml and httproute.yaml.' },
    { path: ['provider'], text: 'gke or istio where the Gateway is of that kind: the chart then adds what it needs.' },
  ];
  const header = headerLines(deployment, `Values for the chart oci://ghcr.io/llm-d/charts/llm-d-router-gateway ${ROUTER_RELEASE}.`);
  return yamlText(value, header, remarks, [['router', 'epp', 'pluginsCustomConfig', PLUGINS_FILE]]);
}

function pluginsText(scorers: readonly Scorer[]): string {
  const config = {
    apiVersion: 'llm-d.ai/v1alpha1',
    kind: 'EndpointPickerConfig',
    plugins: scorers.map(({ type }) => ({ type })),
    schedulingProfiles: [{ name: 'default', plugins: scorers.map(({ type, weight }) => ({ pluginRef: type, weight })) }],
  };
  return yamlText(config, [], []);
}
