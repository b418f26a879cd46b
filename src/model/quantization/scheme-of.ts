import type { ModulePattern, QuantizationSpec, WeightScheme } from '../quantization-spec.ts';
import { canonicalName, fullNames } from './module-patterns.ts';
import { PLAIN } from './schemes.ts';

/** What a module is: each kind has its own default scheme. */
export type ModuleRole = 'linear' | 'experts' | 'head' | 'tower';

/** Names under which checkpoints list the matrices of one expert. */
const EXPERT_MATRICES = ['gate_proj', 'up_proj', 'down_proj', 'w1', 'w2', 'w3', 'gate_up_proj'];

/**
 * The scheme of a module by its unfused checkpoint name ("layers.3.self_attn.q_proj" with or without a wrapper in
 * front). Ignored modules are plain, then the first matching rule holds, then the default of the role.
 *
 * Parts of a fused layer are asked for one by one; vLLM refuses checkpoints whose parts differ.
 *
 * @source vLLM 0.33.0 `quantization/utils/quant_utils.py` is_layer_skipped, `compressed_tensors/utils.py` find_matched_target
 */
export function schemeOf(spec: QuantizationSpec, name: string, role: ModuleRole): WeightScheme {
  if (spec.ignored.length === 0 && spec.rules.length === 0)
    return role === 'tower' && !spec.quantizesTowers ? PLAIN : defaultOf(spec, role);
  const compiled = compile(spec);
  const canonical = canonicalName(name);
  const names = role === 'experts' ? [canonical, ...EXPERT_MATRICES.map((matrix) => `${canonical}.0.${matrix}`)] : [canonical];
  if (role === 'tower' && !spec.quantizesTowers) return PLAIN;
  if (names.some((each) => compiled.ignores(each))) return PLAIN;
  for (const each of names) {
    const scheme = compiled.ruleFor(each);
    if (scheme) return scheme;
  }
  return defaultOf(spec, role);
}

function defaultOf(spec: QuantizationSpec, role: ModuleRole): WeightScheme {
  if (role === 'experts') return spec.experts;
  if (role === 'head') return spec.quantizesHead ? spec.linear : PLAIN;
  return spec.linear;
}

interface Compiled {
  ignores(canonical: string): boolean;
  ruleFor(canonical: string): WeightScheme | null;
}

/** A memo, no state: specs are immutable and are asked thousands of times. */
const compiledSpecs = new WeakMap<QuantizationSpec, Compiled>();

function compile(spec: QuantizationSpec): Compiled {
  const known = compiledSpecs.get(spec);
  if (known) return known;
  const ignored = indexPatterns(spec.ignored.map((pattern) => ({ pattern, value: true })));
  const rules = indexPatterns(spec.rules.map(({ pattern, scheme }) => ({ pattern, value: scheme })));
  const compiled: Compiled = { ignores: (name) => ignored(name) !== null, ruleFor: rules };
  compiledSpecs.set(spec, compiled);
  return compiled;
}

interface Entry<T> {
  readonly order: number;
  readonly matches: (canonical: string) => boolean;
  readonly value: T;
}

/** Exact names by lookup, literal patterns of one layer by its number, the few others one after the other. First entry wins. */
function indexPatterns<T>(patterns: readonly { readonly pattern: ModulePattern; readonly value: T }[]): (canonical: string) => T | null {
  const byName = new Map<string, Entry<T>>();
  const byLayer = new Map<string, Entry<T>[]>();
  const general: Entry<T>[] = [];
  patterns.forEach(({ pattern, value }, order) => {
    const entry: Entry<T> = { order, matches: matcher(pattern), value };
    const layer = pattern.match === 'regex' || pattern.match === 'suffix' ? null : layerOf(pattern.value);
    if (pattern.match === 'exact') byName.set(pattern.value, byName.get(pattern.value) ?? entry);
    else if (layer === null) general.push(entry);
    else if (byLayer.has(layer)) byLayer.get(layer)?.push(entry);
    else byLayer.set(layer, [entry]);
  });
  return (canonical) => {
    const layer = byLayer.size === 0 ? null : layerOf(canonical);
    const ofLayer = layer === null ? [] : (byLayer.get(layer) ?? []);
    let best: Entry<T> | null = byName.get(canonical) ?? null;
    for (const entries of [ofLayer, general]) {
      for (const entry of entries) {
        if (best !== null && best.order < entry.order) break;
        if (entry.matches(canonical)) {
          best = entry;
          break;
        }
      }
    }
    return best === null ? null : best.value;
  };
}

/** "layers.12." of a name or pattern; the closing dot keeps "layers.1" from standing for layer 12. */
function layerOf(name: string): string | null {
  return /^layers\.\d+\./.exec(name)?.[0] ?? null;
}

function matcher(pattern: ModulePattern): Entry<never>['matches'] {
  const { value } = pattern;
  switch (pattern.match) {
    case 'exact':
      return (canonical) => canonical === value;
    case 'contains':
      return (canonical) => canonical.includes(value);
    case 'prefix':
      return (canonical) => canonical.startsWith(value);
    case 'suffix':
      return (canonical) => canonical.endsWith(value);
    case 'regex': {
      const expression = new RegExp(value);
      return (canonical) => fullNames(canonical).some((name) => expression.test(name));
    }
    default:
      return pattern.match satisfies never;
  }
}
