import { gatedMlp } from '../blocks/dense-mlp.ts';
import { moeMlp } from '../blocks/moe-mlp.ts';
import type { ConfigReader } from '../config-reader.ts';
import type { ModelSpec } from '../model-spec.ts';
import type { ModuleSpec } from '../module-spec.ts';

export interface DeepseekMlps {
  readonly experts: ModelSpec['experts'];
  /** Which layers hold a mixture: after `first_k_dense_replace`, every `moe_layer_freq`-th. */
  readonly isMixture: (index: number) => boolean;
  readonly dense: readonly ModuleSpec[];
  readonly mixture: readonly ModuleSpec[];
}

interface DeepseekMlpOptions {
  readonly intermediateSize: number;
  /** The router has an `e_score_correction_bias`. */
  readonly correctionBias: boolean;
  readonly routerDtype?: 'float32';
}

/**
 * Feed-forward blocks of DeepSeek and the models after it: dense ones first, then mixtures with shared experts.
 *
 * @source vLLM 0.33.0 `models/deepseek_v2.py` `DeepseekV2DecoderLayer`, `DeepseekV2MoE`
 */
export function deepseekMlps(config: ConfigReader, options: DeepseekMlpOptions): DeepseekMlps {
  const { intermediateSize, correctionBias, routerDtype } = options;
  const hiddenSize = config.size('hidden_size');
  const count = config.optionalInt('n_routed_experts') ?? 0;
  const dense = gatedMlp({ hiddenSize, intermediateSize });
  if (count === 0) return { experts: null, isMixture: () => false, dense, mixture: [] };
  const expertWidth = config.size('moe_intermediate_size');
  const shared = config.optionalInt('n_shared_experts') ?? 0;
  const perToken = config.size('num_experts_per_tok');
  const firstMixture = config.optionalInt('first_k_dense_replace') ?? 0;
  const frequency = config.optionalSize('moe_layer_freq') ?? 1;
  return {
    experts: { count, perToken },
    isMixture: (index) => index >= firstMixture && index % frequency === 0,
    dense,
    mixture: moeMlp({
      hiddenSize,
      intermediateSize: expertWidth,
      experts: count,
      perToken,
      shared: shared === 0 ? null : { name: 'shared_experts', intermediateSize: shared * expertWidth },
      ...(correctionBias && { correctionBiasName: 'gate.e_score_correction_bias' }),
      ...(routerDtype && { routerDtype }),
    }),
  };
}
