import type { Rule } from '../rule.ts';
import { enginesOf } from '../view/engines.ts';
import { spotOfKey } from '../view/kubernetes.ts';

export const rootReadOnly: Rule = {
  id: 'root-read-only',
  severity: 'warning',
  formats: ['Kubernetes', 'Compose'],
  finds: 'A read-only root filesystem',
  why: "The NVIDIA hook updates the linker's cache inside the container, and kernels are compiled into the home folder: the start fails.",
  fix: 'Set it to false for the engine; drop capabilities and run as a user instead.',
  *check(tree) {
    for (const { node, file, source } of enginesOf(tree)) {
      if (node === null) continue;
      const context = node.at('securityContext');
      if (context.at('readOnlyRootFilesystem').text === 'true')
        yield { at: spotOfKey(file, context, 'readOnlyRootFilesystem'), message: 'The root filesystem is read-only.' };
      if (source === 'compose' && node.at('read_only').text === 'true')
        yield { at: spotOfKey(file, node, 'read_only'), message: 'The root filesystem is read-only.' };
    }
  },
};
