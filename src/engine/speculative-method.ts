import type { SpeculationArgs } from './serve-args.ts';

/**
 * How the engine drafts where `--speculative-config` names a model alone: by the model's name, else as a draft model.
 *
 * @source vLLM config/speculative.py `__post_init__`
 */
export function speculativeMethod(speculation: SpeculationArgs | null): string | null {
  if (speculation === null) return null;
  if (speculation.method !== null) return speculation.method.toLowerCase();
  const name = speculation.model?.toLowerCase() ?? '';
  if (name === 'ngram' || name === '[ngram]') return 'ngram';
  return NAMED_METHODS.find(([part]) => name.includes(part))?.[1] ?? 'draft_model';
}

const NAMED_METHODS = [
  ['eagle-', 'eagle'],
  ['eagle3', 'eagle3'],
  ['dflash', 'dflash'],
  ['dspark', 'dspark'],
] as const;
