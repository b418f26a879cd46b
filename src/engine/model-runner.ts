import type { ModelSpec } from '../model/model-spec.ts';
import type { EngineRules } from './rules.ts';
import type { ServeArgs } from './serve-args.ts';

/** Speculation that runner V2 lacks before it takes everything. @source vLLM config/vllm.py `_get_v2_model_runner_unsupported_features` */
const V1_ONLY_SPECULATION = ['ngram', 'ngram_gpu', 'suffix', 'medusa', 'mlp_speculator', 'draft_model'];

/**
 * Which model runner executes the model by default. It decides the sampler's memory and whether graphs are estimated.
 *
 * @source vLLM config/vllm.py `use_v2_model_runner` and `_get_v2_model_runner_unsupported_features` at 0.22.1 to 0.33.0
 */
export function modelRunnerOf(model: ModelSpec, args: ServeArgs, rules: EngineRules): 'v1' | 'v2' {
  const asked = args.env['VLLM_USE_V2_MODEL_RUNNER'];
  if (asked !== undefined) return asked === '1' ? 'v2' : 'v1';
  const rule = rules.modelRunnerV2;
  if (rule.models === 'all') return args.speculation?.method === 'suffix' ? 'v1' : 'v2';
  if (args.speculation !== null && V1_ONLY_SPECULATION.includes(args.speculation.method ?? 'draft_model')) return 'v1';
  if (!rule.quantized && model.quantization.method !== 'none') return 'v1';
  if (rule.architectures.includes(model.architecture)) return 'v2';
  const plainDense = model.task === 'generate' && model.experts === null && !hasRecurrentState(model);
  return rule.models === 'dense-and-listed' && plainDense ? 'v2' : 'v1';
}

export function hasRecurrentState(model: ModelSpec): boolean {
  return model.layers.some((layer) => layer.caches.some((cache) => cache.kind === 'state'));
}
