import type { Rule } from '../rule.ts';
import { enginePods } from '../view/engines.ts';
import { spotOfKey } from '../view/kubernetes.ts';

export const resourcesUnset: Rule = {
  id: 'resources-unset',
  severity: 'warning',
  formats: ['Kubernetes'],
  finds: 'An engine without a request for CPU or memory',
  why: 'The scheduler packs it onto a full node: too little CPU is a hidden loss of speed, too little memory ends it while it loads.',
  fix: 'Request 2 cores and one more for each GPU, and memory for the workers and /dev/shm.',
  *check(tree) {
    for (const { engine: container } of enginePods(tree)) {
      const { node, file } = container;
      if (node === null) continue;
      const resources = node.at('resources');
      const has = (name: string): boolean => resources.at('requests', name).exists || resources.at('limits', name).exists;
      const missing = ['cpu', 'memory'].filter((name) => !has(name));
      if (missing.length === 0) continue;
      yield {
        at: spotOfKey(file, node, resources.exists ? 'resources' : 'name'),
        message: `The container asks for no ${missing.join(' and no ')}.`,
      };
    }
  },
};
