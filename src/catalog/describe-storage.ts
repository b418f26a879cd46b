import { isJsonObject, type JsonObject } from './parse-json-text.ts';

/** Scheme name for lists ("awq", "fp8-block"), from the quantization blocks as they are written; "none" where there is none. */
export function describeStorage(config: JsonObject, hfQuantConfig: JsonObject | null): string {
  const block = ['text_config', 'language_config', 'llm_config']
    .map((part) => config[part])
    .concat([config])
    .map((part) => (isJsonObject(part) ? part.quantization_config : undefined))
    .find(isJsonObject);
  const modelopt = isJsonObject(hfQuantConfig?.quantization) ? hfQuantConfig.quantization : undefined;
  const algorithm = text(modelopt?.quant_algo) || text(block?.quant_algo);
  if (algorithm === 'mixed_precision') return 'modelopt-mixed';
  if (algorithm !== '') return algorithm;
  return block === undefined ? 'none' : describeBlock(block);
}

function describeBlock(block: JsonObject): string {
  const method = text(block.quant_method) || 'unknown';
  if (method === 'gptq') return `gptq-int${String(block.bits)}`;
  if (method === 'fp8' && Array.isArray(block.weight_block_size)) return 'fp8-block';
  if (method !== 'compressed-tensors') return method;
  const format = text(block.format);
  if (format.startsWith('nvfp4')) return 'nvfp4';
  if (format.startsWith('float')) return 'fp8';
  if (format === 'pack-quantized') return 'w4a16';
  return format === 'int-quantized' ? 'w8a8' : 'compressed-tensors';
}

function text(value: unknown): string {
  return typeof value === 'string' ? value.toLowerCase() : '';
}
