import type { Rule } from '../rule.ts';
import { spotOf, spotOfKey } from '../view/kubernetes.ts';
import { GPU_RESOURCE } from '../view/pods.ts';

export const gpuLimitDiffers: Rule = {
  id: 'gpu-limit-differs',
  severity: 'error',
  formats: ['Kubernetes'],
  finds: 'GPU requests without equal limits',
  why: 'GPUs cannot be overcommitted: the API server refuses the pod.',
  fix: 'Set the GPUs under limits only; requests follow.',
  *check({ containers }) {
    for (const { source, node, file } of containers) {
      if (source !== 'kubernetes' || node === null) continue;
      const requests = node.at('resources', 'requests');
      for (const [name, value] of requests.entries()) {
        if (!GPU_RESOURCE.test(name)) continue;
        const limit = node.at('resources', 'limits').at(name);
        if (!limit.exists) yield { at: spotOfKey(file, requests, name), message: `${name} has a request and no limit.` };
        else if (limit.text !== value.text)
          yield { at: spotOf(file, value), message: `${name}: the request is ${value.text ?? '?'}, the limit ${limit.text ?? '?'}.` };
      }
    }
  },
};
