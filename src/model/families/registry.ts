import { WizardError } from '../../errors/wizard-error.ts';
import { bert } from './bert.ts';
import { chatGlm } from './chatglm.ts';
import { cohere } from './cohere.ts';
import { deepseek, deepseekMoe } from './deepseek.ts';
import { ernie, ernieMoe } from './ernie.ts';
import { exaone, exaone4 } from './exaone.ts';
import { falcon } from './falcon.ts';
import type { Family } from './family.ts';
import { gemma, gemma2, gemma3 } from './gemma.ts';
import { glm } from './glm.ts';
import { glm4Moe } from './glm-moe.ts';
import { gptOss } from './gpt-oss.ts';
import { granite, graniteMoe } from './granite.ts';
import { HYBRID_AND_MULTIMODAL } from './hybrid-and-multimodal.ts';
import { bloom, gpt2, gptJ, gptNeoX } from './legacy-gpt.ts';
import { llama } from './llama.ts';
import { baichuan, internLm2, orion, seedOss, smolLm3, stableLm } from './llama-relatives.ts';
import { llama4 } from './llama4.ts';
import { mimo } from './mimo.ts';
import { miniCpm, miniCpm3 } from './minicpm.ts';
import { minimaxM2 } from './minimax-m2.ts';
import { mixtral } from './mixtral.ts';
import { nemotronNas } from './nemotron-nas.ts';
import { notRead } from './not-read.ts';
import { olmo, olmoe } from './olmo.ts';
import { opt } from './opt.ts';
import { phi, phi3, phiMoe } from './phi.ts';
import { qwen2, qwen2Reward, qwen3 } from './qwen.ts';
import { qwen2Moe, qwen3Moe } from './qwen-moe.ts';
import { qwen1 } from './qwen1.ts';
import { gptBigCode, starcoder2 } from './starcoder.ts';

/** Every architecture family that can be read, one line each. Text decoders first, then mixtures, then encoders. */
const FAMILIES: readonly Family[] = [
  llama,
  qwen1,
  qwen2,
  qwen2Reward,
  qwen3,
  gemma,
  gemma2,
  gemma3,
  phi,
  phi3,
  granite,
  olmo,
  starcoder2,
  gptBigCode,
  stableLm,
  cohere,
  exaone,
  exaone4,
  smolLm3,
  internLm2,
  baichuan,
  orion,
  chatGlm,
  glm,
  ernie,
  seedOss,
  miniCpm,
  miniCpm3,
  mimo,
  falcon,
  opt,
  bloom,
  gptJ,
  gptNeoX,
  gpt2,
  nemotronNas,
  mixtral,
  phiMoe,
  qwen2Moe,
  qwen3Moe,
  graniteMoe,
  olmoe,
  ernieMoe,
  gptOss,
  glm4Moe,
  minimaxM2,
  llama4,
  deepseekMoe,
  deepseek,
  bert,
  ...HYBRID_AND_MULTIMODAL,
];

/**
 * The family that reads a model, by `architectures[0]`, else by `model_type`.
 *
 * @throws WizardError MODEL_UNSUPPORTED when no family knows the name, MODEL_UNREADABLE when the config has neither
 */
export function familyOf(architecture: string | null, modelType: string | null): Family {
  const family =
    architecture === null
      ? FAMILIES.find(({ modelTypes }) => modelType !== null && modelTypes.includes(modelType))
      : FAMILIES.find(({ architectures }) => architectures.includes(architecture));
  if (family) return family;
  if (architecture !== null && notRead.architectures.includes(architecture)) return notRead;
  const name = architecture ?? modelType;
  if (name === null) {
    throw new WizardError('MODEL_UNREADABLE', {
      problem: 'The model configuration names neither "architectures" nor "model_type".',
      fix: 'Add the "architectures" field of the original config.json, for example ["LlamaForCausalLM"].',
      facts: { field: 'architectures' },
    });
  }
  throw new WizardError('MODEL_UNSUPPORTED', {
    problem: `The architecture ${name.slice(0, 80)} is not supported.`,
    fix: `Choose a model of a supported family (${FAMILIES.map((known) => known.name).join(', ')}), or report the config.json as an issue.`,
    facts: { architecture: name.slice(0, 80) },
  });
}

/** Architecture names that can be read, sorted, for help texts and documentation. */
export function supportedArchitectures(): readonly string[] {
  return FAMILIES.flatMap(({ architectures }) => architectures).sort();
}
