import { WizardError } from '../errors/wizard-error.ts';
import { ConfigReader } from './config-reader.ts';
import type { MethodInput } from './quantization/method-input.ts';
import { readCompressedTensors } from './quantization/methods-compressed-tensors.ts';
import { readExpertsInt8, readFbgemm, readFp8, readMxfp4, readMxfp8 } from './quantization/methods-fp8.ts';
import { readAutoRound, readAwq, readBitsAndBytes, readGptq } from './quantization/methods-int.ts';
import { readModelOpt } from './quantization/methods-modelopt.ts';
import { readQuark, readTorchao } from './quantization/methods-other.ts';
import { UNQUANTIZED } from './quantization/schemes.ts';
import type { QuantizationSpec } from './quantization-spec.ts';

/** Where configs of multimodal models put the language model. */
const NESTED = ['text_config', 'language_config', 'llm_config', 'thinker_config'] as const;

const READERS: Readonly<Record<string, (input: MethodInput) => QuantizationSpec>> = {
  awq: readAwq,
  auto_awq: readAwq,
  awq_marlin: readAwq,
  gptq: readGptq,
  auto_gptq: readGptq,
  gptq_marlin: readGptq,
  fp8: readFp8,
  deepseek_v4_fp8: readFp8,
  fbgemm_fp8: readFbgemm,
  'compressed-tensors': readCompressedTensors,
  modelopt: readModelOpt,
  modelopt_fp4: readModelOpt,
  modelopt_mixed: readModelOpt,
  modelopt_mxfp8: readModelOpt,
  mxfp4: readMxfp4,
  gpt_oss_mxfp4: readMxfp4,
  mxfp8: readMxfp8,
  bitsandbytes: readBitsAndBytes,
  'auto-round': readAutoRound,
  inc: readAutoRound,
  quark: readQuark,
  torchao: readTorchao,
  experts_int8: readExpertsInt8,
};

export interface QuantizationSources {
  /** config.json, as parsed. */
  readonly config: unknown;
  /** hf_quant_config.json of ModelOpt, or null. */
  readonly hfQuantConfig: unknown;
}

/**
 * How a checkpoint stores its weights. The block may stand at the top of config.json, inside the language model's part,
 * or only in hf_quant_config.json, which vLLM reads when config.json has no block; without any of them the weights are plain.
 *
 * @throws WizardError MODEL_UNSUPPORTED naming a method or a combination of fields that cannot be planned
 */
export function parseQuantization({ config, hfQuantConfig }: QuantizationSources): QuantizationSpec {
  const whole = new ConfigReader(config);
  const beside = hfQuantConfig === null || hfQuantConfig === undefined ? null : new ConfigReader(hfQuantConfig, 'hf_quant_config');
  const place = findPlace(whole);
  const block = place?.child('quantization_config', 'compression_config') ?? beside;
  if (block === null) return UNQUANTIZED;
  const method = methodOf(block);
  const reader = READERS[method];
  if (reader === undefined) throw unknownMethod(method);
  const read = reader({ method, block, config: whole });
  // A block inside the language model's part does not speak of the towers beside it.
  return place === null || place === whole ? read : { ...read, quantizesTowers: false };
}

/** The object that holds a quantization block; null: there is none. */
function findPlace(config: ConfigReader): ConfigReader | null {
  const places = [config, ...NESTED.map((name) => config.optionalChild(name)).filter((child) => child !== null)];
  for (const place of places) {
    const block = place.optionalChild('quantization_config', 'compression_config');
    if (block !== null && Object.keys(block.object()).length > 0) return place;
  }
  return null;
}

/** `quant_method`, or what the other fields show: ModelOpt files often leave it out. */
function methodOf(block: ConfigReader): string {
  const method = block.optionalString('quant_method')?.toLowerCase() ?? '';
  if (method === '' || method.startsWith('modelopt')) {
    if (block.has('quantization', 'quant_algo')) return 'modelopt';
    if (block.has('config_groups')) return 'compressed-tensors';
    if (block.bool('load_in_4bit', false) || block.bool('load_in_8bit', false)) return 'bitsandbytes';
  }
  return method.replace(/^compressed_tensors$/, 'compressed-tensors').replace(/^auto_round$/, 'auto-round');
}

const REASONS: Readonly<Record<string, string>> = {
  gguf: 'GGUF is read by a plugin since vLLM 0.24, and its block types differ from tensor to tensor',
  aqlm: 'AQLM left vLLM with 0.10',
  hqq: 'HQQ left vLLM with 0.15',
  eetq: 'vLLM never loaded EETQ checkpoints',
  quip: 'vLLM loads no QuIP checkpoints',
  exl2: 'vLLM loads no EXL2 checkpoints',
  fp_quant: 'FP-Quant rotates weights while loading, which is not modelled',
};

function unknownMethod(method: string): WizardError {
  const name = method === '' ? '(no quant_method)' : method.slice(0, 40);
  const reason = REASONS[method] ?? 'it is none of the methods that can be planned';
  return new WizardError('MODEL_UNSUPPORTED', {
    problem: `The checkpoint is quantized with "${name}": ${reason}.`,
    fix: 'Plan a safetensors copy of the model, or say how the weights are stored with -q (for example -q awq).',
    facts: { method: name },
  });
}
