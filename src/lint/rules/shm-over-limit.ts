import type { Rule } from '../rule.ts';
import { enginesOf, gpuProcesses } from '../view/engines.ts';
import { quantityBytes, spotOf, spotOfKey } from '../view/kubernetes.ts';
import { sharedMemoryMount, volumeOf } from '../view/pods.ts';

const GIB = 2 ** 30;
/** What the server and each worker take at least, without weights and without shared memory. */
const FLOOR_GIB = 2;

export const shmOverLimit: Rule = {
  id: 'shm-over-limit',
  severity: 'error',
  formats: ['Kubernetes'],
  finds: "Shared memory that does not fit into the container's memory limit",
  why: 'What is written to a Memory volume counts as memory of the container, which is killed at its limit (OOMKilled).',
  fix: 'Raise the memory limit by the sizeLimit of the volume.',
  *check(tree) {
    for (const container of enginesOf(tree)) {
      const { node, pod, file, source } = container;
      if (source !== 'kubernetes' || node === null || pod === null) continue;
      const volume = volumeOf(pod.spec, sharedMemoryMount(node)?.at('name').text ?? null);
      const empty = volume?.at('emptyDir');
      if (empty === undefined || empty.at('medium').text !== 'Memory') continue;
      const limit = node.at('resources', 'limits', 'memory');
      const size = quantityBytes(empty.at('sizeLimit').text);
      const limitBytes = quantityBytes(limit.text);
      if (limitBytes === null || size === null) continue;
      const processes = gpuProcesses(container);
      const floor = FLOOR_GIB * (1 + processes);
      if (limitBytes >= size + floor * GIB) continue;
      yield {
        at: limit.exists ? spotOf(file, limit) : spotOfKey(file, empty, 'sizeLimit'),
        message: `The memory limit of ${limit.text ?? ''} has to hold ${empty.at('sizeLimit').text ?? ''} of shared memory and at least ${floor} GiB for the server and ${processes} worker${processes === 1 ? '' : 's'}.`,
      };
    }
  },
};
