import type { Rule } from '../rule.ts';
import { type Engine, gpusNeeded } from '../view/engines.ts';

export const hostNetwork: Rule = {
  id: 'host-network',
  severity: 'warning',
  formats: ['Compose', 'Kubernetes', 'shell'],
  finds: "A server in the host's network",
  why: 'Every port of the container is open on every address of the host, the workers’ own unprotected ones included.',
  fix: 'Publish the one port of the API; keep the host network for several nodes with RDMA.',
  *check({ containers }) {
    for (const container of containers) {
      if (container.hostNetwork === null || spansHosts(container)) continue;
      yield { at: container.hostNetwork, message: "The container shares the host's network." };
    }
  },
};

/** Ranks on several hosts often need the fabric of the host. */
function spansHosts({ engine, pod, ...rest }: Parameters<typeof isEngine>[0]): boolean {
  if (engine === null) return false;
  return (
    (pod?.groupSize ?? 1) > 1 ||
    engine.flag('--nnodes') !== null ||
    engine.flag('--data-parallel-address') !== null ||
    gpusNeeded({ ...rest, engine, pod }) === null
  );
}

function isEngine(container: Omit<Engine, 'engine'> & { readonly engine: Engine['engine'] | null }): container is Engine {
  return container.engine !== null;
}
