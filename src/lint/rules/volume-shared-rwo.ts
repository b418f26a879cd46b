import type { Rule } from '../rule.ts';
import { enginePods } from '../view/engines.ts';
import { sameNamespace, spotOf } from '../view/kubernetes.ts';
import { mostReplicas } from './replica-counts.ts';

export const volumeSharedRwo: Rule = {
  id: 'volume-shared-rwo',
  severity: 'error',
  formats: ['Kubernetes', 'Helm values'],
  finds: 'Several replicas on one ReadWriteOnce volume',
  why: 'The volume is attached to one node: replicas on other nodes wait for it for ever.',
  fix: 'Use ReadWriteMany (or ReadOnlyMany), or a StatefulSet with volumeClaimTemplates.',
  *check(tree) {
    for (const { pod } of enginePods(tree)) {
      const replicas = mostReplicas(pod, tree) * pod.groupSize;
      if (replicas < 2) continue;
      for (const volume of pod.spec.at('volumes').items()) {
        const claim = volume.at('persistentVolumeClaim', 'claimName').text;
        const found = tree.objects.find(
          ({ kind, name, ...object }) =>
            kind === 'PersistentVolumeClaim' && name === claim && sameNamespace({ kind, name, ...object }, pod.object),
        );
        const modes = found?.root.at('spec', 'accessModes').items() ?? [];
        if (found === undefined || modes.length === 0 || modes.some(({ text }) => text === 'ReadWriteMany' || text === 'ReadOnlyMany'))
          continue;
        yield {
          at: spotOf(pod.object.file, volume.at('persistentVolumeClaim', 'claimName')),
          message: `${replicas} pods share the volume ${claim ?? ''}, which is ${modes.map(({ text }) => text).join(', ')}.`,
        };
      }
    }
    for (const { source, node, file } of tree.containers) {
      const replicas = node?.at('replicaCount').number ?? 1;
      const modes = node?.at('pvcAccessMode').items() ?? [];
      if (source !== 'values' || node === null || replicas < 2 || !node.at('pvcStorage').exists) continue;
      if (modes.length === 0 || modes.some(({ text }) => text === 'ReadWriteMany' || text === 'ReadOnlyMany')) continue;
      yield {
        at: spotOf(file, node.at('pvcAccessMode')),
        message: `${replicas} replicas share one volume, which is ${modes.map(({ text }) => text).join(', ')}.`,
      };
    }
  },
};
