import type { Rule } from '../rule.ts';
import { spotOf } from '../view/kubernetes.ts';

/** What controllers put into every container of theirs. */
const GIVEN = /^(LWS_|KUBERNETES_|JOB_|POD_|DYN_|GROVE_|RAY_)/;

export const referenceUndefined: Rule = {
  id: 'reference-undefined',
  severity: 'error',
  formats: ['Kubernetes'],
  finds: '`$(NAME)` of a variable that the container does not have before it',
  why: 'Kubernetes leaves such a reference as it is written, and the program gets it as text.',
  fix: 'Set the variable in `env`, above the variables that refer to it.',
  *check({ containers }) {
    for (const { source, node, env, openEnv, file } of containers) {
      if (source !== 'kubernetes' || node === null || openEnv) continue;
      const known = new Set<string>();
      const unknown = (text: string) =>
        [...text.matchAll(/(?<!\$)\$\(([A-Za-z_]\w*)\)/g)]
          .map((found) => found[1] ?? '')
          .find((name) => !known.has(name) && !GIVEN.test(name));
      for (const { name, raw, valueAt } of env) {
        const missing = unknown(raw ?? '');
        if (missing !== undefined) yield { at: valueAt, message: `${name} refers to $(${missing}), which is not set above it.` };
        known.add(name);
      }
      const words = [...node.at('command').items(), ...node.at('args').items()];
      // In a shell $(NAME) runs a program.
      if (words.some(({ text }) => /(^|\/)(ba|da|z)?sh$/.test(text ?? ''))) continue;
      for (const word of words) {
        const missing = unknown(word.text ?? '');
        if (missing !== undefined) yield { at: spotOf(file, word), message: `$(${missing}) is not set in the container.` };
      }
    }
  },
};
