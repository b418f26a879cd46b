import type { Rule } from '../rule.ts';
import { spotOf } from '../view/kubernetes.ts';
import { isPlainString } from './scalar-kind.ts';

export const kedaTypes: Rule = {
  id: 'keda-types',
  severity: 'error',
  formats: ['Kubernetes'],
  finds: 'A number or boolean in the metadata of a KEDA trigger',
  why: 'The fields are strings: the API server refuses the ScaledObject.',
  fix: 'Put it in quotes: threshold: "5".',
  *check({ objects }) {
    for (const { kind, root, file } of objects) {
      if (kind !== 'ScaledObject' && kind !== 'ScaledJob') continue;
      for (const trigger of root.at('spec', 'triggers').items()) {
        for (const [key, value] of trigger.at('metadata').entries()) {
          if (value.text !== null && !isPlainString(value, file.text))
            yield { at: spotOf(file, value), message: `${key} is ${value.text}, which is no string in YAML.` };
        }
      }
    }
  },
};
