import type { Rule } from '../rule.ts';
import { spotOf } from '../view/kubernetes.ts';
import { isPlaceholder, isSecretName } from './secret-names.ts';

export const secretEmpty: Rule = {
  id: 'secret-empty',
  severity: 'warning',
  formats: ['Compose', 'Kubernetes', 'shell'],
  finds: 'A secret that is empty or a placeholder',
  why: 'It waits to be filled in and committed; until then gated models fail with 401 far from the cause.',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: shell's and Compose's own spelling
  fix: 'Leave the value out and refer to a secret; in Compose write the name alone, or ${NAME:?set NAME}.',
  *check({ containers, objects }) {
    for (const { env } of containers) {
      for (const { name, raw, valueAt } of env) {
        if (raw === null || !isSecretName(name) || !isEmpty(raw)) continue;
        const what =
          raw.includes(':-') || raw.includes('-}')
            ? 'is empty where the caller has not set it'
            : raw === ''
              ? 'is empty'
              : 'is a placeholder';
        yield { at: valueAt, message: `${name} ${what}.` };
      }
    }
    for (const { kind, root, file, name } of objects) {
      if (kind !== 'Secret') continue;
      for (const [key, value] of [...root.at('stringData').entries(), ...root.at('data').entries()]) {
        if (value.text === null || !isEmpty(value.text)) continue;
        yield {
          at: spotOf(file, value),
          message: `${key} of the Secret ${name ?? ''} is ${value.text === '' ? 'empty' : 'a placeholder'}.`,
        };
      }
    }
  },
};

/** Also `${HF_TOKEN:-}`, whose default is nothing. */
function isEmpty(raw: string): boolean {
  return raw.trim() === '' || /^\$\{\w+:?-\}$/.test(raw.trim()) || isPlaceholder(raw);
}
