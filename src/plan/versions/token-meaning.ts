import { rulesFor } from '../../engine/rules.ts';
import type { Version } from '../../engine/version.ts';

const MEANINGS = {
  blocks: 'blocks x block size',
  'blocks-per-group': 'blocks of one KV group x block size',
  concurrency: 'maximum concurrency x max_model_len',
} as const;

/** What the line "GPU KV cache size: N tokens" counts in that release. */
export function tokenMeaning(version: Version): string {
  return MEANINGS[rulesFor(version).tokensReported];
}
