import type { SourceFile } from '../source/source-file.ts';
import { normalPath } from './normal-path.ts';
import type { Tree } from './tree.ts';

/** One file, or two that the same kustomization names: files side by side are often alternatives. */
export function appliedTogether(a: SourceFile, b: SourceFile, { kustomized }: Tree): boolean {
  if (a === b) return true;
  return kustomized.some((group) => group.has(normalPath(a.path)) && group.has(normalPath(b.path)));
}

/** The paths that each kustomization names under `resources`. */
export function kustomizedGroups(files: readonly SourceFile[]): readonly ReadonlySet<string>[] {
  return files.flatMap((file) => {
    const folder = file.path.replace(/[^/]*$/, '');
    const names = file.documents.flatMap((root) =>
      root
        .at('resources')
        .items()
        .flatMap(({ text }) => text ?? []),
    );
    return names.length < 2 ? [] : [new Set(names.map((name) => normalPath(`${folder}${name}`)))];
  });
}
