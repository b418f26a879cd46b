import type { Rule } from '../rule.ts';
import { enginePods } from '../view/engines.ts';
import { spotOfKey } from '../view/kubernetes.ts';

export const nodeSelectorGeneric: Rule = {
  id: 'node-selector-generic',
  severity: 'warning',
  formats: ['Kubernetes'],
  finds: '`nvidia.com/gpu.present` as the only word about the kind of GPU',
  why: 'The pod may land on any GPU of the cluster: one planned for an H100 runs out of memory on a T4.',
  fix: 'Select nvidia.com/gpu.product, or the label of your cloud.',
  *check(tree) {
    for (const { pod } of enginePods(tree)) {
      const selector = pod.spec.at('nodeSelector');
      const keys = selector.entries().map(([key]) => key);
      const isOther = (key: string): boolean =>
        /gpu\.(product|memory|family|compute)|accelerator|instance|gpu-name|pool|gpu\.nvidia\.com/.test(key);
      if (!keys.includes('nvidia.com/gpu.present') || keys.some(isOther) || pod.spec.at('affinity', 'nodeAffinity').exists) continue;
      yield {
        at: spotOfKey(pod.object.file, selector, 'nvidia.com/gpu.present'),
        message: 'Any GPU of the cluster will do for this selector.',
      };
    }
  },
};
