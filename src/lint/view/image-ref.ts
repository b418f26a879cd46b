import type { Spot } from '../rule.ts';
import type { ImageRef } from './container.ts';

/** Takes `registry:5000/org/name:tag@sha256:…` apart. */
export function imageRef(text: string, at: Spot): ImageRef {
  const [, before = text, digest = null] = /^(.*?)@(sha256:\w+)$/.exec(text) ?? [];
  const [, repository = before, tag = null] = /^(.*):([^:/]+)$/.exec(before) ?? [];
  return { at, text, repository, tag, digest };
}
