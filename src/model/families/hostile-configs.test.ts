import fc from 'fast-check';
import { expect, it } from 'vitest';
import { modelOf, TINY_LLAMA } from '../../../test/model/model-of.ts';
import { WizardError } from '../../errors/wizard-error.ts';
import { countParameters } from '../count-parameters.ts';
import { supportedArchitectures } from './registry.ts';

/** Enough fields for most families to get past their first look. */
const FIELDS = {
  ...TINY_LLAMA,
  num_local_experts: 4,
  num_experts: 4,
  n_routed_experts: 4,
  num_experts_per_tok: 2,
  moe_intermediate_size: 4,
  kv_lora_rank: 4,
  q_lora_rank: 4,
  qk_rope_head_dim: 2,
  qk_nope_head_dim: 2,
  v_head_dim: 2,
  type_vocab_size: 2,
  kv_channels: 2,
  multi_query: true,
  layer_types: ['full_attention', 'sliding_attention'],
  sliding_window: 16,
  use_sliding_window: false,
  first_k_dense_replace: 1,
  num_nextn_predict_layers: 1,
  rope_scaling: { rope_type: 'yarn', factor: 2 },
};

/** What damaged files hold in place of a size: wrong types, extremes, nesting. */
const damage = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom(null, -1, 0, 0.5, 2 ** 31, 1e300, '', '8', [], {}, [null], true));

it('any config gives a model whose parameters can be counted, or an error that says what to do', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...supportedArchitectures()),
      fc.dictionary(fc.constantFrom(...Object.keys(FIELDS)), damage, { maxKeys: 3 }),
      (architecture, damaged) => {
        try {
          const model = modelOf({ ...FIELDS, model_type: 'llama', ...damaged, architectures: [architecture] });
          const { total } = countParameters(model);
          expect(total).toBeGreaterThanOrEqual(0);
          expect(Number.isNaN(total)).toBe(false);
        } catch (error) {
          if (!(error instanceof WizardError)) throw error;
          expect(['MODEL_UNREADABLE', 'MODEL_UNSUPPORTED']).toContain(error.code);
          expect(error.fix.length).toBeGreaterThan(20);
        }
      },
    ),
    { numRuns: 2000 },
  );
});
