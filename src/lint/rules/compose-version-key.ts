import type { Rule } from '../rule.ts';
import { isCompose } from '../view/compose.ts';
import { spotOfKey } from '../view/kubernetes.ts';

export const composeVersionKey: Rule = {
  id: 'compose-version-key',
  severity: 'info',
  formats: ['Compose'],
  finds: 'The obsolete key `version:`',
  why: 'Compose ignores it and warns at every command.',
  fix: 'Delete the line.',
  *check({ files }) {
    for (const file of files) {
      for (const root of file.documents) {
        if (isCompose(root) && root.at('version').exists)
          yield { at: spotOfKey(file, root, 'version'), message: `version: ${root.at('version').text ?? ''} is obsolete.` };
      }
    }
  },
};
