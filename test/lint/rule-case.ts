/** A mistake and its correction. */
export interface RuleCase {
  readonly rule: string;
  /** What this case adds to others of the same rule. */
  readonly why?: string;
  /** Decides how the texts are read. */
  readonly file?: string;
  /** `▸` stands in front of every place that the rule must name; it is taken out before the text is read. */
  readonly bad: string;
  /** The rule must be silent here. */
  readonly good: string;
  /** More files beside both. */
  readonly others?: Readonly<Record<string, string>>;
  readonly version?: string;
  /** Bytes of any model's weights. */
  readonly weightBytes?: number;
  readonly folders?: readonly string[];
}

export const MARK = '▸';

/** The text without marks, and where they were. */
export function readMarks(marked: string): { readonly text: string; readonly places: readonly string[] } {
  const places: string[] = [];
  const lines = marked.split('\n').map((line, index) => {
    const parts = line.split(MARK);
    let column = 1;
    for (const part of parts.slice(0, -1)) {
      column += part.length;
      places.push(`${index + 1}:${column}`);
    }
    return parts.join('');
  });
  return { text: lines.join('\n'), places };
}

function indent(text: string, columns: number): string {
  return text === '' ? '' : `${text.trimEnd().replace(/^/gm, ' '.repeat(columns))}\n`;
}

export interface PodText {
  /** Lines of the container. */
  readonly container?: string;
  /** Lines of the pod's spec. */
  readonly pod?: string;
  /** Lines of the Deployment's spec. */
  readonly spec?: string;
  readonly image?: string;
  readonly command?: string;
  readonly name?: string;
}

/** A Deployment with one engine. */
export function deployment({ container = '', pod = '', spec = '', ...rest }: PodText = {}): string {
  const { image = 'vllm/vllm-openai:v0.24.0', command = 'command: [vllm, serve, Qwen/Qwen3-8B]', name = 'llama' } = rest;
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
spec:
${indent(spec, 2)}  selector:
    matchLabels: {app: ${name}}
  template:
    metadata:
      labels: {app: ${name}}
    spec:
${indent(pod, 6)}      containers:
        - name: engine
          image: ${image}
${indent(command, 10)}${indent(container, 10)}`;
}

/** A Compose file with one engine. */
export function compose(service: string, command = 'command: [Qwen/Qwen3-8B]', image = 'vllm/vllm-openai:v0.24.0'): string {
  return `services:
  engine:
    image: ${image}
    entrypoint: [vllm, serve]
${indent(command, 4)}${indent(service, 4)}`;
}

/** A file with one alert. */
export function alert(expr: string): string {
  return `groups:
  - name: vllm
    rules:
      - alert: Example
        expr: ${expr}
        for: 5m
`;
}

/** A ScaledObject with one Prometheus trigger. */
export function scaledObject(metadata: string, spec = 'minReplicaCount: 1'): string {
  return `apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata:
  name: llama
spec:
  scaleTargetRef:
    name: llama
${indent(spec, 2)}  triggers:
    - type: prometheus
      metadata:
        serverAddress: http://prometheus:9090
${indent(metadata, 8)}`;
}
