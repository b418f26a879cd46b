import { candidateConfigs, widths } from './checked-types.ts';
import type { ModelDimensions } from './model-record.ts';
import type { JsonObject } from './parse-json-text.ts';

/** What a class of models adds to the dimensions, in the names of its config.json. */
interface PlainType {
  readonly architecture: string;
  /** Whether the class ties the head to the embedding when its config does not say. */
  readonly tiedByDefault: boolean;
  readonly experts?: (row: ModelDimensions) => JsonObject;
}

/**
 * Model types whose shape the dimensions settle: every layer alike, full attention, no field beside the dimensions that
 * changes a size. Types with windows, latent or linear attention, or towers are left out on purpose.
 *
 * @source transformers configuration classes; `tie_word_embeddings` defaults to true for Gemma alone among these. Granite's
 * class says false, but every published Granite 3 config says true: 40 layers of granite-3.0-2b with a tied head make the
 * 2,533,531,648 parameters published for granite-guardian-3.0-2b
 */
const PLAIN_TYPES: ReadonlyMap<string, PlainType> = new Map<string, PlainType>([
  ['llama', { architecture: 'LlamaForCausalLM', tiedByDefault: false }],
  ['mistral', { architecture: 'MistralForCausalLM', tiedByDefault: false }],
  ['qwen2', { architecture: 'Qwen2ForCausalLM', tiedByDefault: false }],
  ['qwen3', { architecture: 'Qwen3ForCausalLM', tiedByDefault: false }],
  ['granite', { architecture: 'GraniteForCausalLM', tiedByDefault: true }],
  ['olmo2', { architecture: 'Olmo2ForCausalLM', tiedByDefault: false }],
  // Its biases of q, k and v come with the class. 64 layers of these dimensions with them make the published 36,151,104,512.
  ['seed_oss', { architecture: 'SeedOssForCausalLM', tiedByDefault: false }],
  ['gemma', { architecture: 'GemmaForCausalLM', tiedByDefault: true }],
  [
    'mixtral',
    {
      architecture: 'MixtralForCausalLM',
      tiedByDefault: false,
      experts: (row) => ({ num_local_experts: row.experts, num_experts_per_tok: row.expertsPerToken }),
    },
  ],
  [
    'qwen3_moe',
    {
      architecture: 'Qwen3MoeForCausalLM',
      tiedByDefault: false,
      experts: (row) => ({
        num_experts: row.experts,
        num_experts_per_tok: row.expertsPerToken,
        moe_intermediate_size: row.ffnSize,
        decoder_sparse_step: 1,
        mlp_only_layers: [],
      }),
    },
  ],
]);

export interface DimensionsConfig {
  readonly config: JsonObject;
  readonly caveats: readonly string[];
}

/**
 * A config.json with what the dimensions say, for types that they settle and for rows whose candidate was checked by its
 * count; null for every other. The context
 * length of the table is not carried over: it is often the product of a rope factor, so the answer has none.
 */
export function configFromDimensions(row: ModelDimensions): DimensionsConfig | null {
  const checked = row.checkedAs === null ? undefined : candidateConfigs(row)[row.checkedAs];
  if (checked !== undefined) return { config: checked, caveats: [ONLY_DIMENSIONS, CHECKED, NO_LENGTH] };
  const type = PLAIN_TYPES.get(row.modelType);
  if (type === undefined || row.ffnSize === 0) return null;
  const mixture = type.experts !== undefined;
  if (mixture !== (row.experts !== null && row.expertsPerToken !== null) || row.sharedExpertFfnSize !== null) return null;
  const caveats = [ONLY_DIMENSIONS, NO_LENGTH];
  if (row.tiedHead === null) {
    const head = type.tiedByDefault ? 'the embedding' : 'a matrix of its own';
    caveats.push(`whether its output head is the embedding is not known; it is counted as ${head}, as is usual for ${row.modelType}`);
  }
  if (row.modelType === 'mistral') caveats.push('whether it has a sliding window is not known; it is counted without one');
  return {
    config: {
      architectures: [type.architecture],
      model_type: row.modelType,
      ...widths({ ...row, tiedHead: row.tiedHead ?? type.tiedByDefault }),
      ...type.experts?.(row),
    },
    caveats,
  };
}

const ONLY_DIMENSIONS = 'only its dimensions are known, not its config.json';
const CHECKED = 'what they leave open is as in other models of its class, and makes the published number of parameters';
const NO_LENGTH = 'its context length is not known: state --max-model-len (without it the engine takes 2048 where a config has none)';
