import type { Hit, Rule } from '../rule.ts';
import type { Container } from '../view/container.ts';
import { spotOf } from '../view/kubernetes.ts';

export const variableNotExpanded: Rule = {
  id: 'variable-not-expanded',
  severity: 'error',
  formats: ['Kubernetes'],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: shell's and Compose's own spelling
  finds: '`$NAME` or `${NAME}` in a value that no shell reads',
  why: 'Kubernetes replaces $(NAME) only, so the program gets the dollar sign and the name.',
  fix: 'Write $(NAME) with NAME in `env` before it; for secrets use valueFrom.secretKeyRef.',
  *check({ containers }) {
    for (const container of containers) if (container.source === 'kubernetes') yield* ofContainer(container);
  },
};

const SHELL_VARIABLE = /(?<!\$)\$(\{\w+[^}]*\}|[A-Za-z_]\w*)/;

function* ofContainer({ node, env, file }: Container): Generator<Hit> {
  for (const { name, raw, valueAt } of env) {
    const found = SHELL_VARIABLE.exec(raw ?? '')?.[0];
    // KServe's preset hands this one to a shell.
    if (found !== undefined && name !== 'VLLM_ADDITIONAL_ARGS') yield { at: valueAt, message: `${name} is set to the text ${found}.` };
  }
  if (node === null) return;
  const words = [...node.at('command').items(), ...node.at('args').items()];
  if (words.some(({ text }) => /(^|\/)(ba|da|z)?sh$/.test(text ?? ''))) return;
  for (const word of words) {
    const found = SHELL_VARIABLE.exec(word.text ?? '')?.[0];
    if (found !== undefined) yield { at: spotOf(file, word), message: `The argument holds the text ${found}.` };
  }
}
