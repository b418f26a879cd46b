/** What `generate --emit` takes, in the order of the help text. Free of imports, so `--help` can list them cheaply. */
export const EMIT_WORDS = [
  'command',
  'profile',
  'docker-run',
  'compose',
  'k8s',
  'manifests',
  'kustomize',
  'helm',
  'hpa',
  'keda',
  'benchmark',
  'lws',
  'kuberay',
  'llm-d',
  'prometheus',
  'prometheus-operator',
  'alertmanager',
  'grafana',
] as const;

export type EmitWord = (typeof EMIT_WORDS)[number];

/** One line of help for each. */
export const EMIT_SUMMARIES: Readonly<Record<EmitWord, string>> = {
  command: 'shell script that starts vLLM on the host',
  profile: 'profile that plans this again',
  'docker-run': 'shell script with one docker run',
  compose: 'Docker Compose; monitoring as a profile when asked for',
  k8s: 'values for the production-stack Helm chart',
  manifests: 'plain Kubernetes objects for kubectl apply',
  kustomize: 'Kustomize base, components and overlays',
  helm: 'small Helm chart of our own, values from the plan',
  hpa: 'HorizontalPodAutoscaler and its prometheus-adapter rule',
  keda: 'ScaledObject for KEDA',
  benchmark: 'planned load by vllm bench serve, held to the forecast',
  lws: 'LeaderWorkerSet, for a server that spans nodes',
  kuberay: 'RayService with Ray Serve LLM around the engine',
  'llm-d': 'llm-d: inference pool, route and router around the server',
  prometheus: 'Prometheus configuration, rules and their tests',
  'prometheus-operator': 'ServiceMonitor, PodMonitor and PrometheusRule',
  alertmanager: 'Alertmanager routes to two webhooks',
  grafana: 'Grafana dashboard that compares with the plan',
};

const MONITORING = ['prometheus', 'alertmanager', 'grafana'] as const;
/** What an operator of a cluster has beside the objects of the server. */
const CLUSTER = ['prometheus', 'prometheus-operator', 'alertmanager', 'grafana', 'keda', 'benchmark'] as const;

/** Words for several kinds at once; those that a plan cannot have are left out, and said to be. */
export const EMIT_GROUPS = {
  docker: ['command', 'docker-run', 'compose'],
  // Without autoscalers: either takes over the number of replicas and lets pods share the volume.
  kubernetes: ['manifests', 'kustomize', 'helm', 'benchmark', 'lws', 'kuberay', 'llm-d'],
  'multi-node': ['lws', 'kuberay', 'llm-d'],
  monitoring: ['prometheus', 'prometheus-operator', 'alertmanager', 'grafana'],
  // Platforms: what one place needs, and nothing that another would.
  host: ['profile', 'command', 'docker-run', 'compose', ...MONITORING, 'benchmark'],
  gke: ['profile', 'kustomize', ...CLUSTER],
  eks: ['profile', 'kustomize', ...CLUSTER],
  aks: ['profile', 'kustomize', ...CLUSTER],
  'production-stack': ['profile', 'k8s', ...MONITORING, 'benchmark'],
  all: EMIT_WORDS,
} as const satisfies Readonly<Record<string, readonly EmitWord[]>>;

export type EmitGroup = keyof typeof EMIT_GROUPS;
