import { shellQuote } from '../shell-quote.ts';
import { runShell } from '../test-support.ts';

interface PodContainer {
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value?: string }[];
}

/** What the controller and the kubelet set in the container of one pod. */
export function podVariables(rank: number, size: number): Readonly<Record<string, string>> {
  return {
    LWS_GROUP_SIZE: String(size),
    LWS_WORKER_INDEX: String(rank),
    LWS_LEADER_ADDRESS: 'group-0.group.default',
    VLLM_HOST_IP: `10.0.0.${rank + 1}`,
  };
}

/**
 * As the kubelet does it: $(NAME) of a known variable is its value, of an unknown one stays; $$ is a dollar.
 *
 * @source k8s.io/kubernetes/third_party/forked/golang/expansion
 */
export function expand(text: string, variables: Readonly<Record<string, string>>): string {
  return text.replace(/\$\$|\$\(([^)]*)\)/g, (found, name?: string) => (name === undefined ? '$' : (variables[name] ?? found)));
}

/** The words with which a pod starts the engine, a shell in between included. */
export function engineWords({ command, args }: PodContainer, variables: Readonly<Record<string, string>>): string[] {
  const words = [...command, ...args].map((word) => expand(word, variables));
  if (words[0] !== 'sh') return words;
  return [...runShell(`exec ${words.map(shellQuote).join(' ')}`, variables).argv];
}
