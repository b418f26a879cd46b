import type { Rule } from '../rule.ts';

export const nameMissing: Rule = {
  id: 'name-missing',
  severity: 'error',
  formats: ['Kubernetes'],
  finds: 'An object without metadata.name',
  why: 'The API server refuses it.',
  fix: 'Give it a name.',
  *check({ objects }) {
    for (const { name, kind, root, at, apiVersion } of objects) {
      // Kustomizations, patches, configuration files of tools and the like are no objects of the API server.
      if (
        name !== null ||
        !/^(v1|apps\/|batch\/|autoscaling\/|policy\/|networking\.k8s\.io\/|keda\.sh\/|monitoring\.coreos\.com\/)/.test(apiVersion)
      )
        continue;
      if (!root.at('metadata').exists && !root.at('spec').exists) continue;
      yield { at, message: `The ${kind} has no name.` };
    }
  },
};
