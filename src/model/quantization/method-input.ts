import { WizardError } from '../../errors/wizard-error.ts';
import type { ConfigReader } from '../config-reader.ts';
import type { ModulePattern } from '../quantization-spec.ts';

/** What a method's reader gets: its own block, and the whole config for the few that look elsewhere. */
export interface MethodInput {
  readonly method: string;
  readonly block: ConfigReader;
  readonly config: ConfigReader;
}

/** Lists of mixtures name every expert's matrices: 22,000 entries in the longest seen. More is a damaged file. */
const LONGEST_LIST = 200_000;

/** A list of module names under the first key that is present; empty when none is. */
export function namesUnder(block: ConfigReader, ...keys: readonly string[]): readonly string[] {
  const value = block.raw(...keys);
  if (value === null) return [];
  if (!Array.isArray(value) || value.length > LONGEST_LIST) {
    throw unsupported(block, `"${keys.join('" or "')}" is not a list of module names`);
  }
  return value.flat().filter((entry) => typeof entry === 'string');
}

/** The entries of an object whose keys are patterns (GPTQ `dynamic`, ModelOpt `quantized_layers`). */
export function entriesUnder(block: ConfigReader, key: string): readonly (readonly [string, unknown])[] {
  const child = block.optionalChild(key);
  if (child === null) return [];
  const entries = Object.entries(child.object());
  if (entries.length > LONGEST_LIST) throw unsupported(block, `"${key}" has ${entries.length} entries`);
  return entries;
}

/** A combination of fields that no release of vLLM loads, or that this reader does not know. */
export function unsupported(block: ConfigReader, why: string): WizardError {
  const method = block.raw('quant_method', 'quant_algo');
  const name = typeof method === 'string' ? method.slice(0, 40) : 'unnamed';
  return new WizardError('MODEL_UNSUPPORTED', {
    problem: `The checkpoint's quantization (${name}) cannot be planned: ${why}.`,
    fix: 'Plan another copy of the model, or say how the weights are stored with -q (for example -q fp8).',
    facts: { method: name },
  });
}

const TOWER_WORDS = /vis(?:ion|ual)|tower|image|audio|projector|merger|siglip|patch_embed/i;

/** Checkpoints that list any part of the encoders keep all of them wide (checked on every stored config with such a list). */
export function mentionsTowers(patterns: readonly ModulePattern[]): boolean {
  return patterns.some((pattern) => TOWER_WORDS.test(pattern.value));
}
