import { isVllmImage, tagVersion } from '../../engine/command-files/image-version.ts';
import type { Hit, Rule } from '../rule.ts';
import type { ImageRef } from '../view/container.ts';
import { spotOf } from '../view/kubernetes.ts';
import type { Tree } from '../view/tree.ts';

/** Tags that move by themselves. */
const FLOATING = /^(latest|main|master|nightly|dev|edge|stable|nightly-\D.*|latest-.*)$/;

export const imageTagFloating: Rule = {
  id: 'image-tag-floating',
  severity: 'warning',
  formats: ['Compose', 'Kubernetes', 'Helm values', 'shell', 'Dockerfile', 'kustomize'],
  finds: 'An image without a tag, or with one that moves (`latest`, `nightly`)',
  why: 'What runs changes by itself: after a restart flags, metrics and memory are those of another release.',
  fix: 'Pin a release, for example vllm/vllm-openai:v0.24.0, or a digest.',
  *check(tree) {
    const pinned = pinnedByKustomize(tree);
    // Companions of a server in its own file; what else a repository deploys is not our business.
    const ours = new Set(tree.containers.filter(({ engine }) => engine !== null).map(({ file }) => file));
    for (const { image, file } of tree.containers) {
      if (image === null || pinned.has(image.repository) || !(ours.has(file) || isVllmImage(image.repository))) continue;
      yield* ofImage(image);
    }
    yield* ofRouters(tree);
    yield* ofKustomize(tree);
  },
};

function* ofImage({ at, text, tag, digest, repository }: ImageRef): Generator<Hit> {
  // Variables and references that a build tool replaces.
  if (digest !== null || /[$<]|:\/\//.test(text) || repository === '') return;
  if (tag !== null && !FLOATING.test(tag)) return;
  const isEngine = isVllmImage(repository);
  const found = tag === null ? `${text} has no tag, which means latest` : `${text} names no release`;
  yield isEngine ? { at, message: `${found}.` } : { at, message: `${found}.`, fix: `Pin the release of ${repository} that you tested.` };
}

/** Tags that a kustomization sets win over those in its resources. */
function pinnedByKustomize({ files }: Tree): ReadonlySet<string> {
  const entries = files.flatMap(({ documents }) => documents.flatMap((root) => root.at('images').items()));
  const pinned = entries.filter((entry) => entry.at('newTag').exists || entry.at('digest').exists);
  return new Set(pinned.flatMap((entry) => [entry.at('name').text ?? '', entry.at('newName').text ?? '']));
}

function* ofKustomize({ files }: Tree): Generator<Hit> {
  for (const file of files) {
    for (const root of file.documents) {
      for (const entry of root.at('images').items()) {
        const tag = entry.at('newTag');
        const name = `${entry.at('name').text ?? ''} ${entry.at('newName').text ?? ''}`;
        if (tag.text === null || !FLOATING.test(tag.text) || !isVllmImage(name)) continue;
        yield { at: spotOf(file, tag), message: `The tag ${tag.text} of ${entry.at('name').text ?? 'the image'} names no release.` };
      }
    }
  }
}

/** The chart's own default is `latest`. */
function* ofRouters({ files }: Tree): Generator<Hit> {
  for (const file of files) {
    for (const root of file.documents) {
      const router = root.at('routerSpec');
      const tag = router.at('tag');
      if (!root.at('servingEngineSpec').isMap || !router.isMap) continue;
      if (tag.text !== null && (tagVersion(tag.text) !== null || !FLOATING.test(tag.text))) continue;
      yield {
        at: tag.exists ? spotOf(file, tag) : { file, offset: root.keyAt('routerSpec') ?? root.from },
        message: `The router's image has ${tag.text === null ? "no tag, and the chart's default is latest" : `the tag ${tag.text}`}.`,
        fix: "Set routerSpec.tag to the chart's version, for example v0.1.12.",
      };
    }
  }
}
