import type { Rule } from '../rule.ts';
import { isOfServer } from '../view/engines.ts';

export const hostIpc: Rule = {
  id: 'host-ipc',
  severity: 'warning',
  formats: ['Kubernetes'],
  finds: '`hostIPC: true`',
  why: 'The pod sees the shared memory of every process of the node, and most clusters refuse it by policy.',
  fix: 'Mount an emptyDir with medium Memory and a sizeLimit at /dev/shm.',
  *check({ containers }) {
    for (const container of containers) {
      const { source, hostIpc: at } = container;
      if (source === 'kubernetes' && at !== null && isOfServer(container))
        yield { at, message: "The pod shares the node's IPC namespace." };
    }
  },
};
