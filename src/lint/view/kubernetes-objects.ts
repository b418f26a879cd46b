import type { YamlNode } from '../../engine/command-files/yaml-nodes.ts';
import type { SourceFile } from '../source/source-file.ts';
import type { KubernetesObject } from './kubernetes.ts';

/** Every Kubernetes object of a file, those of a List one by one. */
export function kubernetesObjects(file: SourceFile): readonly KubernetesObject[] {
  return file.documents.flatMap((root) => objectsIn(root, file));
}

function objectsIn(root: YamlNode, file: SourceFile): readonly KubernetesObject[] {
  const kind = root.at('kind').text;
  const apiVersion = root.at('apiVersion').text;
  if (kind === null || apiVersion === null) return [];
  if (kind.endsWith('List') && root.at('items').isList)
    return root
      .at('items')
      .items()
      .flatMap((item) => objectsIn(item, file));
  const metadata = root.at('metadata');
  return [
    {
      file,
      root,
      kind,
      apiVersion,
      name: metadata.at('name').text ?? metadata.at('generateName').text,
      namespace: metadata.at('namespace').text,
      at: { file, offset: root.keyAt('kind') ?? root.from },
    },
  ];
}
