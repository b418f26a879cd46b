import type { Rule } from '../rule.ts';
import { enginesOf, hasApiKey } from '../view/engines.ts';
import { spotOf } from '../view/kubernetes.ts';

export const probeNeedsKey: Rule = {
  id: 'probe-needs-key',
  severity: 'error',
  formats: ['Kubernetes'],
  finds: 'A probe on `/v1/…` of a server with an API key',
  why: 'The probe gets 401, so the pod is never ready.',
  fix: 'Probe /health, which needs no key.',
  *check(tree) {
    for (const container of enginesOf(tree)) {
      const { node, file, source } = container;
      if (source !== 'kubernetes' || node === null || !hasApiKey(container)) continue;
      for (const key of ['startupProbe', 'livenessProbe', 'readinessProbe']) {
        const get = node.at(key, 'httpGet');
        const path = get.at('path');
        if (
          path.text?.startsWith('/v1') !== true ||
          get
            .at('httpHeaders')
            .items()
            .some((header) => header.at('name').text?.toLowerCase() === 'authorization')
        )
          continue;
        yield { at: spotOf(file, path), message: `${key} asks ${path.text}, which needs the key.` };
      }
    }
  },
};
