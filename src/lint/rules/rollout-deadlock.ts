import type { YamlNode } from '../../engine/command-files/yaml-nodes.ts';
import type { Rule } from '../rule.ts';
import { enginePods } from '../view/engines.ts';
import { spotOfKey } from '../view/kubernetes.ts';

export const rolloutDeadlock: Rule = {
  id: 'rollout-deadlock',
  severity: 'warning',
  formats: ['Kubernetes'],
  finds: 'One replica with GPUs and a rolling update that starts the new pod first',
  why: 'The new pod waits for GPUs that only the old one has, and the old one waits for the new: the update never ends.',
  fix: 'Set strategy: {type: Recreate}, or rollingUpdate: {maxSurge: 0, maxUnavailable: 1}; keep the surge where spare GPUs are sure.',
  *check(tree) {
    for (const { pod, engine } of enginePods(tree)) {
      const { object, replicas } = pod;
      if (object.kind !== 'Deployment' || replicas !== 1 || engine.gpus === null) continue;
      const spec = object.root.at('spec');
      const strategy = spec.at('strategy');
      // A stated surge is a decision; the default is none.
      if (strategy.at('type').text === 'Recreate' || !surges(strategy.at('rollingUpdate'))) continue;
      yield {
        at: spotOfKey(object.file, spec, strategy.exists ? 'strategy' : 'template'),
        message: 'An update starts a second pod with GPUs before the first one stops.',
      };
    }
  },
};

function surges(rolling: YamlNode): boolean {
  const unavailable = rolling.at('maxUnavailable').text;
  // 25 % of one replica is none, rounded down.
  return (unavailable === null || unavailable === '0' || /^[1-9]?\d%$/.test(unavailable)) && rolling.at('maxSurge').text !== '0';
}
