import type { Rule } from '../rule.ts';
import { enginesOf } from '../view/engines.ts';
import { quantityBytes, spotOf } from '../view/kubernetes.ts';

export const memoryLimitDiffers: Rule = {
  id: 'memory-limit-differs',
  severity: 'info',
  formats: ['Kubernetes'],
  finds: 'A memory limit above the request',
  why: 'The node may be short of what the limit promises, and pods above their request are evicted first.',
  fix: 'Give request and limit the same value.',
  *check(tree) {
    for (const { source, node, file } of enginesOf(tree)) {
      if (source !== 'kubernetes' || node === null) continue;
      const request = node.at('resources', 'requests', 'memory');
      const limit = node.at('resources', 'limits', 'memory');
      const [least, most] = [quantityBytes(request.text), quantityBytes(limit.text)];
      if (least === null || most === null || least >= most) continue;
      yield { at: spotOf(file, request), message: `The container asks for ${request.text ?? ''} and may take ${limit.text ?? ''}.` };
    }
  },
};
