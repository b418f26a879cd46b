import type { Rule } from '../rule.ts';
import type { Container } from '../view/container.ts';
import { isOfServer } from '../view/engines.ts';

export const hostNetwork: Rule = {
  id: 'host-network',
  severity: 'warning',
  formats: ['Compose', 'Kubernetes', 'shell'],
  finds: "A server in the host's network",
  why: 'Every port of the container is open on every address of the host, the workers’ own unprotected ones included.',
  fix: 'Publish the one port of the API; keep the host network for several nodes with RDMA.',
  *check({ containers }) {
    for (const container of containers) {
      if (container.hostNetwork === null || !isOfServer(container) || spansHosts(container)) continue;
      yield { at: container.hostNetwork, message: "The container shares the host's network." };
    }
  },
};

/** Ranks on several hosts often need the fabric of the host. */
function spansHosts({ engine, pod }: Container): boolean {
  if (engine === null) return false;
  const flags = ['--nnodes', '--data-parallel-address', '--data-parallel-rank', '--kv-transfer-config'];
  return (pod?.groupSize ?? 1) > 1 || engine.args.kvTransferConfig || flags.some((name) => engine.flag(name) !== null);
}
