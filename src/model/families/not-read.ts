import type { ConfigReader } from '../config-reader.ts';
import type { Family, ModelShape } from './family.ts';

/** Architectures that are known and not read yet, each with the first field whose weights or caches are not understood. */
const NOT_READ: readonly { readonly architectures: readonly string[]; readonly field: string; readonly why: string }[] = [
  {
    architectures: ['Qwen4ExpForConditionalGeneration', 'Qwen4ExpForCausalLM'],
    field: 'ngram_size',
    why: 'the embedding of word groups and the residual streams of this architecture are not supported',
  },
  {
    architectures: ['Glm5NextForConditionalGeneration', 'Glm5NextForCausalLM'],
    field: 'index_kpool',
    why: 'pooled index keys and the residual streams of this architecture are not supported',
  },
  {
    architectures: ['DeepseekV41ForCausalLM'],
    field: 'engram_layer_ids',
    why: 'the engram tables and the shared caches of this architecture are not supported',
  },
  {
    architectures: ['Step3p7FlashForCausalLM', 'Step3p7ForConditionalGeneration', 'Step3p5ForCausalLM'],
    field: 'share_expert_dim',
    why: 'the head counts of its layers cannot be told from this config',
  },
  {
    architectures: ['NemotronLabsDiffusionModel'],
    field: 'dlm_paradigm',
    why: 'no release of vLLM has a class for it',
  },
];

/** Refuses with the field instead of calling the architecture unknown. */
export const notRead: Family = {
  name: 'not read yet',
  architectures: NOT_READ.flatMap(({ architectures }) => architectures),
  modelTypes: [],
  read: refuseByField,
};

function refuseByField(config: ConfigReader): ModelShape {
  const architecture = config.optionalStrings('architectures')?.[0] ?? '';
  const known = NOT_READ.find(({ architectures }) => architectures.includes(architecture));
  const text = config.optionalChild('text_config') ?? config;
  return text.refuse(known?.field ?? 'architectures', known?.why ?? 'this architecture is not supported');
}
