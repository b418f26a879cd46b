import { isVllmImage, tagVersion } from '../../engine/command-files/image-version.ts';
import type { Spot } from '../rule.ts';
import type { ImageRef } from './container.ts';

/** Takes `registry:5000/org/name:tag@sha256:…` apart. */
export function imageRef(text: string, at: Spot): ImageRef {
  const [, before = text, digest = null] = /^(.*?)@(sha256:\w+)$/.exec(text) ?? [];
  const [, repository = before, tag = null] = /^(.*):([^:/]+)$/.exec(before) ?? [];
  return { at, text, repository, tag, digest };
}

/** Images with vLLM inside whose tags count releases of something else. */
const OTHER_NUMBERS = /lmcache|dynamo|vllm-runtime|llm-d|production-stack/i;

/** The vLLM release that an image's tag names; null where it names none, or another program's. */
export function releaseOf(image: Pick<ImageRef, 'repository' | 'tag'> | null): string | null {
  if (image === null || image.tag === null || !isVllmImage(image.repository) || OTHER_NUMBERS.test(image.repository)) return null;
  const version = tagVersion(image.tag);
  // Calendar versions and the like.
  return version?.startsWith('0.') === true ? version : null;
}

/** Images whose entrypoint is known to start the server. */
export function isOfficialImage(repository: string): boolean {
  return /(^|\/)vllm-openai(-rocm|-xpu|-cpu)?$/.test(repository);
}

/** Whether an image runs an engine of its own kind, with flags that vLLM does not have. */
export function isOtherEngine(image: string): boolean {
  return /omni|mock|simulator/i.test(image);
}
