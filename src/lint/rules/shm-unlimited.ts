import type { Rule } from '../rule.ts';
import { enginesOf } from '../view/engines.ts';
import { spotOfKey } from '../view/kubernetes.ts';
import { sharedMemoryMount, volumeOf } from '../view/pods.ts';

export const shmUnlimited: Rule = {
  id: 'shm-unlimited',
  severity: 'warning',
  formats: ['Kubernetes'],
  finds: 'A volume at /dev/shm that is no memory, or has no sizeLimit',
  why: 'Without medium Memory it is a slow disk; without a sizeLimit leaked segments grow until the container is killed.',
  fix: 'Write emptyDir: {medium: Memory, sizeLimit: 8Gi}, and add that to the memory limit.',
  *check(tree) {
    for (const { node, pod, file, source } of enginesOf(tree)) {
      if (source !== 'kubernetes' || node === null || pod === null) continue;
      const volume = volumeOf(pod.spec, sharedMemoryMount(node)?.at('name').text ?? null);
      if (volume === null || !volume.at('emptyDir').exists) continue;
      const empty = volume.at('emptyDir');
      const at = spotOfKey(file, volume, 'emptyDir');
      if (empty.at('medium').text !== 'Memory') yield { at, message: 'The volume at /dev/shm is a folder on disk.' };
      else if (!empty.at('sizeLimit').exists) yield { at, message: 'The volume at /dev/shm has no sizeLimit.' };
    }
  },
};
