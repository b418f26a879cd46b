import { WizardError } from '../../errors/wizard-error.ts';
import type { ModulePattern } from '../quantization-spec.ts';

/** A pattern comes from a foreign file; the longest in real ones has 120 characters. */
const LONGEST_PATTERN = 2000;

/**
 * Cuts what a model class puts in front of its layers, so that "model.language_model.layers.3.mlp.gate" and
 * "backbone.layers.3.mlp.gate" are the same name. Towers keep their prefix and cannot be mistaken for decoder layers.
 */
const WRAPPERS = /^(?:(?:model|language_model|text_model|transformer|backbone|llm|module)\.)+(?=.)/;
const BLOCK_LISTS = /^(?:h|blocks)\.(?=\d)/;
const EXPERT_NUMBER = /\.experts\.(?:\d+|\*)\..*$/;

/** Prefixes that a regular expression may expect before "layers.3.…" or a head's name. */
const FULL_NAME_PREFIXES = ['model.', 'model.language_model.', 'language_model.model.', 'language_model.', 'backbone.', 'transformer.'];

/** The name without wrappers: "layers.3.self_attn.q_proj", "lm_head", "mtp.layers.0.…". */
export function canonicalName(name: string): string {
  return name.replace(WRAPPERS, '').replace(BLOCK_LISTS, 'layers.');
}

/** The names under which checkpoints may know a module, for regular expressions. */
export function fullNames(canonical: string): readonly string[] {
  const oldStyle = canonical.startsWith('layers.') ? [`transformer.h.${canonical.slice('layers.'.length)}`] : [];
  return [canonical, ...FULL_NAME_PREFIXES.map((prefix) => prefix + canonical), ...oldStyle];
}

export function exact(name: string): ModulePattern {
  return { match: 'exact', value: foldExperts(canonicalName(name)) };
}

export function contains(name: string): ModulePattern {
  return { match: 'contains', value: foldExperts(canonicalName(name)) };
}

export function prefix(name: string): ModulePattern {
  return { match: 'prefix', value: canonicalName(name) };
}

/** A Python regular expression, tried from the start of the name as `re.match` does, or anywhere as `re.search`. */
export function regex(source: string, where: 'start' | 'anywhere'): ModulePattern {
  const value = where === 'start' ? `^(?:${fromPython(source)})` : fromPython(source);
  if (source.length > LONGEST_PATTERN) throw badPattern(source, `it is longer than ${LONGEST_PATTERN} characters`);
  try {
    new RegExp(value);
  } catch (cause) {
    throw badPattern(source, 'it is no regular expression that can be read', cause);
  }
  return { match: 'regex', value };
}

/** A shell pattern over the whole name (`fnmatch`): "model.layers.*.mlp.gate". */
export function glob(pattern: string): ModulePattern {
  if (!/[*?[]/.test(pattern)) return exact(pattern);
  const body = pattern.slice(0, -1);
  const plainBody = !/[*?[]/.test(body);
  if (pattern.endsWith('*') && plainBody) return { match: 'prefix', value: canonicalName(body) };
  const source = pattern
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.')
    .replace(/\[!/g, '[^');
  return regex(`${source}$`, 'start');
}

/** A target or ignore entry of compressed-tensors: `re:` and a regular expression, or a module's whole name. */
export function compressedTensorsPattern(entry: string): ModulePattern {
  return entry.startsWith('re:') ? regex(entry.slice('re:'.length), 'start') : exact(entry);
}

/** One entry for all experts of a layer: lists that name each expert's matrices have ten thousands of lines. */
function foldExperts(name: string): string {
  return name.replace(EXPERT_NUMBER, '.experts');
}

function fromPython(source: string): string {
  return source.replaceAll('(?P<', '(?<').replaceAll('\\Z', '$').replaceAll('\\A', '^');
}

function badPattern(source: string, why: string, cause?: unknown): WizardError {
  const shown = source.length <= 80 ? source : `${source.slice(0, 77)}…`;
  return new WizardError('MODEL_UNSUPPORTED', {
    problem: `The quantization config names modules by "${shown}": ${why}.`,
    fix: 'Correct the pattern in quantization_config, or plan with -q to say how the weights are stored.',
    facts: { pattern: shown },
    cause,
  });
}
