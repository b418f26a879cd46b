import type { YamlNode } from '../../engine/command-files/yaml-nodes.ts';
import type { Rule } from '../rule.ts';
import { spotOf } from '../view/kubernetes.ts';

export const kustomizeResourceMissing: Rule = {
  id: 'kustomize-resource-missing',
  severity: 'error',
  formats: ['kustomize'],
  finds: 'A kustomization that names a file or folder that is not there',
  why: 'kubectl kustomize stops with an error.',
  fix: 'Correct the path, or add the file.',
  *check({ files, folders }) {
    const paths = files.map(({ path }) => normal(path));
    for (const file of files) {
      if (!/(^|\/)kustomization\.ya?ml$/.test(file.path)) continue;
      const folder = file.path.split('/').slice(0, -1).join('/');
      for (const entry of file.documents.flatMap(namedFiles)) {
        const text = entry.text ?? '';
        if (text === '' || /^[a-z+]+:\/\/|^git@|^[\w.-]+\.\w+\/.*\/|\?ref=|\n/.test(text)) continue;
        const path = normal(folder === '' ? text : `${folder}/${text}`);
        // What lies outside of the folders that were read whole may be there.
        const isRead = folders.some((whole) => whole === '' || path.startsWith(`${normal(whole)}/`)) && !path.startsWith('..');
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

/** `a/./b/../c` as `a/c`. */
function normal(path: string): string {
  const parts: string[] = [];
  for (const [index, part] of path.split('/').entries()) {
    if (part === '.' || (part === '' && index > 0)) continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else parts.push(part);
  }
  return parts.join('/');
}
