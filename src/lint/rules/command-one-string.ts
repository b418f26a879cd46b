import type { Hit, Rule } from '../rule.ts';
import type { Container } from '../view/container.ts';
import { spotOf } from '../view/kubernetes.ts';

export const commandOneString: Rule = {
  id: 'command-one-string',
  severity: 'warning',
  formats: ['Compose', 'Kubernetes', 'Helm values'],
  finds: 'A command written as one string',
  why: 'Compose splits it at spaces and eats the quotes of JSON values; Kubernetes refuses it or looks for a program of that whole name.',
  fix: 'Write a list with one word an entry.',
  *check({ containers }) {
    for (const container of containers) yield* ofContainer(container);
  },
};

function* ofContainer({ source, node, file, engine }: Container): Generator<Hit> {
  if (node === null || (source !== 'compose' && source !== 'kubernetes' && source !== 'values')) return;
  const isCompose = source === 'compose';
  for (const key of ['command', isCompose ? 'entrypoint' : 'args']) {
    const value = node.at(key);
    if (value.text !== null && /\s/.test(value.text.trim()) && (engine !== null || /\bvllm\b/.test(value.text))) {
      const consequence = isCompose ? 'Compose splits it like a shell would' : 'Kubernetes takes lists only';
      yield { at: spotOf(file, value), message: `${key} is one string; ${consequence}.` };
    }
    const [first] = value.items();
    if (key !== 'command' || first?.text == null || isCompose || !/^\S*\b(vllm|python3?)\s+\S/.test(first.text)) continue;
    yield { at: spotOf(file, first), message: 'The first entry holds a whole command; there is no program of that name.' };
  }
}
