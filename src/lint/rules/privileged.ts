import type { Rule } from '../rule.ts';
import { isOfServer } from '../view/engines.ts';

export const privileged: Rule = {
  id: 'privileged',
  severity: 'warning',
  formats: ['Compose', 'Kubernetes', 'shell'],
  finds: 'A privileged container',
  why: 'Whoever breaks into the server owns the host; GPUs need no such rights.',
  fix: 'Delete it; ask for GPUs through the runtime, and add IPC_LOCK alone where RDMA needs it.',
  *check({ containers }) {
    for (const container of containers) {
      if (container.privileged !== null && isOfServer(container))
        yield { at: container.privileged, message: 'The container runs with all rights of the host.' };
    }
  },
};
