import type { YamlNode } from '../../engine/command-files/yaml-nodes.ts';
import type { Rule } from '../rule.ts';
import { spotOf } from '../view/kubernetes.ts';
import { normalPath } from '../view/normal-path.ts';

export const kustomizeResourceMissing: Rule = {
  id: 'kustomize-resource-missing',
  severity: 'error',
  formats: ['kustomize'],
  finds: 'A kustomization that names a file or folder that is not there',
  why: 'kubectl kustomize stops with an error.',
  fix: 'Correct the path, or add the file.',
  *check({ files, folders, present }) {
    const paths = [...files.map(({ path }) => path), ...present].map(normalPath);
    for (const file of files) {
      if (!/(^|\/)kustomization\.ya?ml$/.test(file.path)) continue;
      const folder = file.path.split('/').slice(0, -1).join('/');
      for (const entry of file.documents.flatMap(namedFiles)) {
        const text = entry.text ?? '';
        if (text === '' || /^[a-z+]+:\/\/|^git@|^[\w.-]+\.\w+\/.*\/|\?ref=|\n/.test(text)) continue;
        const path = normalPath(folder === '' ? text : `${folder}/${text}`);
        // What lies outside of the folders that were read whole may be there.
        const isRead = folders.some((whole) => whole === '' || path.startsWith(`${normalPath(whole)}/`)) && !path.startsWith('..');
        if (!isRead || paths.some((known) => known === path || known.startsWith(`${path}/`))) continue;
        yield { at: spotOf(file, entry), message: `${text} is not there.` };
      }
    }
  },
};

function namedFiles(root: YamlNode): readonly YamlNode[] {
  const lists = ['resources', 'components', 'bases', 'crds', 'patchesStrategicMerge'];
  return [
    ...lists.flatMap((key) => root.at(key).items()),
    ...root
      .at('patches')
      .items()
      .map((patch) => patch.at('path')),
  ];
}
