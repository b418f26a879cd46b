import type { SourceFile } from '../source/source-file.ts';
import type { Tree } from './tree.ts';

/** One file, or two that the same kustomization names: files side by side are often alternatives. */
export function appliedTogether(a: SourceFile, b: SourceFile, { files }: Tree): boolean {
  if (a === b) return true;
  return files.some((file) => {
    const folder = file.path.replace(/[^/]*$/, '');
    const resources = file.documents.flatMap((root) =>
      root
        .at('resources')
        .items()
        .map(({ text }) => `${folder}${text?.replace(/^\.\//, '') ?? ''}`),
    );
    return resources.includes(a.path) && resources.includes(b.path);
  });
}
