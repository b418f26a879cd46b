import type { Rule } from '../rule.ts';
import { spotOf } from '../view/kubernetes.ts';

export const kedaScalesToZero: Rule = {
  id: 'keda-scales-to-zero',
  severity: 'error',
  formats: ['Kubernetes'],
  finds: 'Scaling to zero by a metric of the engine itself',
  why: 'Without a pod there is no such metric, so nothing ever starts the first one again.',
  fix: 'Keep minReplicaCount: 1, or scale by a metric of the router, gateway or KEDA HTTP add-on.',
  *check({ objects, queries }) {
    for (const { kind, root, file } of objects) {
      const least = root.at('spec', 'minReplicaCount');
      // KEDA's default is 0.
      if (kind !== 'ScaledObject' || (least.number ?? 0) > 0) continue;
      const triggers = root.at('spec', 'triggers').items();
      const own = queries.filter(
        (query) =>
          query.use === 'trigger' && query.file === file && triggers.some((one) => one.from <= query.node.from && query.node.to <= one.to),
      );
      if (
        own.length === 0 ||
        own.length < triggers.length ||
        !own.every(({ facts }) => facts.selectors.every(({ metric }) => isOfEngine(metric)))
      )
        continue;
      yield {
        at: least.exists ? spotOf(file, least) : { file, offset: root.keyAt('spec') ?? root.from },
        message: least.exists ? 'The deployment goes to zero and stays there.' : 'minReplicaCount is not set, and its default is 0.',
      };
    }
  },
};

/** The router of the production-stack counts incoming requests under the same prefix. */
function isOfEngine(metric: string | null): boolean {
  return metric?.startsWith('vllm:') === true && metric !== 'vllm:num_incoming_requests_total';
}
