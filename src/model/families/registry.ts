import { WizardError } from '../../errors/wizard-error.ts';
import type { Family } from './family.ts';
import { llama } from './llama.ts';
import { mixtral } from './mixtral.ts';
import { qwen2, qwen3 } from './qwen.ts';

/** Every architecture family that can be read; the first that knows the name wins. */
const FAMILIES: readonly Family[] = [llama, mixtral, qwen2, qwen3];

/**
 * The family that reads a model, by `architectures[0]`, else by `model_type`.
 *
 * @throws WizardError MODEL_UNSUPPORTED when no family knows either
 */
export function familyOf(architecture: string | null, modelType: string | null): Family {
  const family =
    architecture === null
      ? FAMILIES.find(({ modelTypes }) => modelType !== null && modelTypes.includes(modelType))
      : FAMILIES.find(({ architectures }) => architectures.includes(architecture));
  if (family) return family;
  const name = architecture ?? modelType;
  if (name === null) {
    throw new WizardError('MODEL_UNREADABLE', {
      problem: 'The model configuration names neither "architectures" nor "model_type".',
      fix: 'Add the "architectures" field of the original config.json, for example ["LlamaForCausalLM"].',
      facts: { field: 'architectures' },
    });
  }
  throw new WizardError('MODEL_UNSUPPORTED', {
    problem: `The architecture ${name} is not supported.`,
    fix: `Choose a model of a supported family (${FAMILIES.map((known) => known.name).join(', ')}), or report the config.json as an issue.`,
    facts: { architecture: name },
  });
}

/** Architecture names that can be read, for help texts and documentation. */
export function supportedArchitectures(): readonly string[] {
  return FAMILIES.flatMap(({ architectures }) => architectures).sort();
}
