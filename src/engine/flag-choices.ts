import { isAtLeast, type Release, type Version } from './version.ts';

interface Choice {
  readonly names: readonly string[];
  readonly since?: Release;
  /** First release without it. */
  readonly before?: Release;
}

/** @source `QUANTIZATION_METHODS` of the release tags, upstream main of 2026-06-24 and 2026-08-07; from 0.28 on, release notes */
const QUANTIZATIONS: readonly Choice[] = [
  { names: ['awq', 'gptq', 'fp8', 'compressed-tensors', 'modelopt', 'gptq_marlin', 'awq_marlin', 'moe_wna16', 'quark', 'torchao'] },
  { names: ['fbgemm_fp8', 'experts_int8'] },
  { names: ['bitsandbytes'], before: '0.28.0' },
  { names: ['gguf'], before: '0.24.0' },
  { names: ['ptpc_fp8'], before: '0.21.0' },
  { names: ['aqlm', 'marlin', 'qqq', 'nvfp4', 'neuron_quant'], before: '0.10.2' },
  { names: ['tpu_int8'], before: '0.14.0' },
  { names: ['deepspeedfp', 'hqq'], before: '0.15.0' },
  { names: ['bitblas', 'gptq_marlin_24', 'gptq_bitblas', 'ipex'], before: '0.18.0' },
  { names: ['modelopt_fp4', 'inc', 'mxfp4'], since: '0.10.0' },
  { names: ['auto-round', 'rtn', 'petit_nvfp4'], since: '0.10.0', before: '0.18.0' },
  { names: ['fp_quant'], since: '0.11.1', before: '0.22.0' },
  { names: ['cpu_awq'], since: '0.14.0', before: '0.27.0' },
  { names: ['modelopt_mxfp8', 'modelopt_mixed'], since: '0.18.0' },
  {
    names: ['humming', 'gpt_oss_mxfp4', 'online', 'fp8_per_tensor', 'fp8_per_block', 'int8_per_channel_weight_only', 'mxfp8'],
    since: '0.20.0',
  },
  { names: ['deepseek_v4_fp8'], since: '0.20.0' },
  { names: ['auto_awq', 'auto_gptq', 'fp8_per_channel', 'nvfp4_per_token'], since: '0.25.0' },
];

/** @source `CacheDType` of the release tags, as above */
const KV_CACHE_DTYPES: readonly Choice[] = [
  { names: ['auto', 'fp8', 'fp8_e4m3', 'fp8_e5m2'] },
  { names: ['fp8_inc'], since: '0.10.0' },
  { names: ['bfloat16', 'fp8_ds_mla'], since: '0.11.0' },
  { names: ['float16'], since: '0.16.0' },
  { names: ['turboquant_k8v4', 'turboquant_4bit_nc', 'turboquant_k3v4_nc', 'turboquant_3bit_nc'], since: '0.20.0' },
  { names: ['int8_per_token_head', 'fp8_per_token_head', 'nvfp4'], since: '0.20.0' },
  { names: ['int4_per_token_head'], since: '0.25.0' },
];

/** @source `BlockSize` of the release tags; any whole number from 0.20 on */
const BLOCK_SIZES: readonly Choice[] = [{ names: ['1', '8', '16', '32', '64', '128'] }, { names: ['256'], since: '0.11.0' }];

/** The values that a release accepts for a flag whose choices changed over time; null: its row says, or any. */
export function choicesOf(name: string, version: Version): readonly string[] | null {
  switch (name) {
    case '--quantization':
      return pick(QUANTIZATIONS, version);
    case '--kv-cache-dtype':
      return pick(KV_CACHE_DTYPES, version);
    case '--block-size':
      return isAtLeast(version, '0.20.0') ? null : pick(BLOCK_SIZES, version);
    default:
      return null;
  }
}

function pick(choices: readonly Choice[], version: Version): string[] {
  const held = choices.filter(({ since, before }) => (!since || isAtLeast(version, since)) && !(before && isAtLeast(version, before)));
  return held.flatMap((choice) => choice.names);
}

/** Every value that some release accepts for a flag. */
export function everyChoiceOf(name: '--quantization' | '--kv-cache-dtype'): string[] {
  return (name === '--quantization' ? QUANTIZATIONS : KV_CACHE_DTYPES).flatMap((choice) => choice.names);
}
