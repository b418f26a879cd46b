import type { ModulePattern, QuantizationSpec } from '../quantization-spec.ts';
import { contains, exact } from './module-patterns.ts';
import {
  BNB4,
  FP8_BLOCK_128,
  FP8_CHANNEL,
  FP8_TENSOR,
  INT8,
  int4,
  int8Group,
  MXFP4,
  MXFP8,
  NVFP4,
  PLAIN,
  specOf,
  UNQUANTIZED,
} from './schemes.ts';

/** What checkpoints with a name like this hold, as far as one can say without their config. First matching row counts. */
export interface SchemeRow {
  readonly names: readonly string[];
  /** Lower-case organisations; absent: any. */
  readonly publishers?: readonly string[];
  /** `architectures[0]` of the model; absent: any. */
  readonly architectures?: RegExp;
  readonly spec: QuantizationSpec;
  readonly source: string;
}

/** Mixtures whose attention and shared experts ModelOpt's published checkpoints leave wide. */
const WIDE_ATTENTION_MIXTURES = /^(?:Deepseek|Kimi|Glm.*Moe|MiniMax|Qwen3_5Moe|Qwen3Next)/;
const LATENT_OR_LINEAR_ATTENTION = /^(?:Deepseek|Kimi|Glm.*Moe|Qwen3_5|Qwen3Next)/;
const WIDE_ATTENTION: readonly ModulePattern[] = ['self_attn', 'linear_attn', 'shared_expert', 'lm_head'].map(contains);
const WIDE_LINEAR_ATTENTION: readonly ModulePattern[] = ['linear_attn', 'shared_expert_gate'].map(contains);
const HEAD_WIDE = [exact('lm_head')];

const BLOCK_FP8_PUBLISHERS = ['qwen', 'deepseek-ai', 'zai-org', 'minimaxai', 'moonshotai', 'xiaomimimo', 'stepfun-ai', 'lgai-exaone'];
const AWQ = specOf({ method: 'awq', linear: int4(128, true) });
export const GPTQ_INT4 = specOf({ method: 'gptq', linear: int4(128) });
const GPTQ_INT8 = specOf({ method: 'gptq', linear: int8Group(128) });
const W4A16 = specOf({ method: 'compressed-tensors', linear: int4(128) });
const W8A8 = specOf({ method: 'compressed-tensors', linear: INT8 });
const BLOCK_FP8 = specOf({ method: 'fp8', linear: FP8_BLOCK_128 });
const CHANNEL_FP8 = specOf({ method: 'compressed-tensors', linear: FP8_CHANNEL });
const MODELOPT_NVFP4 = specOf({ method: 'modelopt_fp4', linear: NVFP4, ignored: HEAD_WIDE, kvCacheDtype: 'fp8' });

/** Quantized by vLLM from 16-bit weights: one scale a matrix. */
export const ONLINE_FP8 = specOf({ method: 'fp8', linear: FP8_TENSOR, quantizesTowers: true, online: true });

/**
 * Sources are configs of published checkpoints as stored for this project, or the default recipe of the tool that the
 * publisher names. Towers and head stay wide in all of them.
 */
export const SCHEME_ROWS: readonly SchemeRow[] = [
  { names: ['none'], spec: UNQUANTIZED, source: 'no quantization' },
  {
    names: ['awq'],
    publishers: ['cyankiwi', 'cpatonn'],
    architectures: LATENT_OR_LINEAR_ATTENTION,
    spec: specOf({ method: 'compressed-tensors', linear: int4(32), ignored: ['self_attn', 'linear_attn'].map(contains) }),
    source: 'start-up log of cyankiwi/Kimi-Linear-48B-A3B-Instruct-AWQ-4bit (14.2491 GiB a rank at tp 2)',
  },
  {
    names: ['awq'],
    publishers: ['cyankiwi', 'cpatonn'],
    spec: specOf({ method: 'compressed-tensors', linear: int4(32) }),
    source: 'as above; vLLM 0.19.1 compressed_tensors_moe.py loads symmetric mixtures only',
  },
  { names: ['awq', 'awq_marlin', 'auto_awq'], spec: AWQ, source: 'AutoAWQ default: 4 bits, groups of 128, zero points' },
  { names: ['gptq-int8'], spec: GPTQ_INT8, source: 'Qwen GPTQ-Int8 checkpoints: groups of 128, symmetric' },
  {
    names: ['gptq', 'gptq-int4', 'gptq_marlin', 'auto_gptq'],
    spec: GPTQ_INT4,
    source: 'TheBloke/Llama-2-13B-chat-GPTQ, Qwen/Qwen-VL-Chat-Int4: groups of 128, symmetric',
  },
  {
    names: ['autoround-int4', 'auto-round', 'inc'],
    spec: specOf({ method: 'auto-round', linear: int4(128) }),
    source: 'AutoRound default: 4 bits, groups of 128, symmetric',
  },
  { names: ['w4a16', 'int4', 'compressed-tensors', 'w4a8', 'moe_wna16'], spec: W4A16, source: 'llm-compressor W4A16 preset' },
  {
    names: ['w8a16'],
    spec: specOf({ method: 'compressed-tensors', linear: int8Group(-1) }),
    source: 'llm-compressor W8A16 preset: one scale an output channel',
  },
  { names: ['w8a8', 'int8', 'int8_w8a8'], spec: W8A8, source: 'RedHatAI/Meta-Llama-3.1-8B-Instruct-quantized.w8a8' },
  {
    names: ['fp8', 'fp8-static'],
    publishers: ['nvidia'],
    spec: specOf({ method: 'modelopt', linear: FP8_TENSOR, ignored: HEAD_WIDE, quantizesHead: true, kvCacheDtype: 'fp8' }),
    source: 'nvidia/Llama-3.1-70B-Instruct-FP8 hf_quant_config.json',
  },
  {
    names: ['fp8', 'fp8-static'],
    publishers: ['amd'],
    spec: specOf({ method: 'quark', linear: FP8_TENSOR }),
    source: 'Quark FP8 recipe: one scale a matrix',
  },
  {
    names: ['fp8', 'fp8-static'],
    publishers: ['mistralai'],
    spec: specOf({ method: 'fp8', linear: FP8_TENSOR }),
    source: 'mistralai/Devstral-Small-2-24B-Instruct-2512 config.json',
  },
  { names: ['fp8'], publishers: BLOCK_FP8_PUBLISHERS, spec: BLOCK_FP8, source: 'Qwen/Qwen3-8B-FP8, deepseek-ai/DeepSeek-V3 config.json' },
  {
    names: ['fp8'],
    publishers: ['redhatai', 'neuralmagic'],
    spec: specOf({ method: 'compressed-tensors', linear: FP8_TENSOR }),
    source: 'llm-compressor FP8 preset: static, one scale a matrix',
  },
  {
    names: ['fp8-static'],
    spec: specOf({ method: 'compressed-tensors', linear: FP8_TENSOR }),
    source: 'Qwen/Qwen3-32B-FP8-Static-PerTensor config.json',
  },
  { names: ['fp8-block', 'fp8_per_block'], spec: BLOCK_FP8, source: 'llm-compressor FP8_BLOCK preset' },
  {
    names: ['fp8', 'fp8-dynamic', 'fp8_per_channel', 'fbgemm_fp8', 'ptpc_fp8'],
    spec: CHANNEL_FP8,
    source: 'RedHatAI/Llama-4-Scout-17B-16E-Instruct-FP8-dynamic, ibm-granite/granite-3.3-8b-instruct-FP8 config.json',
  },
  { names: ['fp8_per_tensor'], spec: ONLINE_FP8, source: 'vLLM 0.33.0 config/quantization.py' },
  { names: ['modelopt'], spec: specOf({ method: 'modelopt', linear: FP8_TENSOR }), source: 'nvidia/Llama-3.1-70B-Instruct-FP8' },
  {
    names: ['nvfp4', 'nvfp4a16', 'modelopt_fp4'],
    publishers: ['redhatai', 'neuralmagic'],
    spec: specOf({ method: 'compressed-tensors', linear: NVFP4, ignored: WIDE_LINEAR_ATTENTION }),
    source: 'RedHatAI/Qwen3-Coder-Next-NVFP4 config.json',
  },
  {
    names: ['nvfp4', 'nvfp4a16', 'modelopt_fp4'],
    architectures: WIDE_ATTENTION_MIXTURES,
    spec: { ...MODELOPT_NVFP4, ignored: WIDE_ATTENTION },
    source: 'nvidia/Qwen3.5-122B-A10B-NVFP4, nvidia/GLM-5.1-NVFP4, nvidia/Kimi-K2.6-NVFP4, nvidia/MiniMax-M2.5-NVFP4 config.json',
  },
  {
    names: ['nvfp4', 'nvfp4a16', 'modelopt_fp4', 'petit_nvfp4'],
    spec: MODELOPT_NVFP4,
    source: 'nvidia/Qwen3-235B-A22B-NVFP4 hf_quant_config.json',
  },
  {
    names: ['nvfp4_per_token'],
    spec: specOf({ method: 'nvfp4_per_token', linear: PLAIN, experts: NVFP4, online: true }),
    source: 'vLLM 0.33.0 config/quantization.py: routed experts only',
  },
  {
    names: ['mxfp4', 'gpt_oss_mxfp4'],
    architectures: /^GptOss/,
    spec: specOf({ method: 'mxfp4', linear: PLAIN, experts: MXFP4 }),
    source: 'openai/gpt-oss-20b config.json',
  },
  {
    names: ['mxfp4', 'gpt_oss_mxfp4'],
    spec: specOf({ method: 'quark', linear: MXFP4 }),
    source: 'Quark MXFP4 recipe; vLLM 0.33.0 config/quantization.py "mxfp4"',
  },
  {
    names: ['mxfp4-fp8'],
    spec: specOf({ method: 'quark', linear: FP8_CHANNEL, experts: MXFP4 }),
    source: 'the name: routed experts in MXFP4, the other matrices in FP8',
  },
  { names: ['mxfp8', 'modelopt_mxfp8'], spec: specOf({ method: 'mxfp8', linear: MXFP8 }), source: 'vLLM 0.33.0 config/quantization.py' },
  { names: ['bnb-4bit', 'bitsandbytes'], spec: specOf({ method: 'bitsandbytes', linear: BNB4 }), source: 'bitsandbytes NF4, blocks of 64' },
  { names: ['bnb-8bit'], spec: specOf({ method: 'bitsandbytes', linear: INT8 }), source: 'bitsandbytes LLM.int8' },
  {
    names: ['int8_per_channel_weight_only', 'experts_int8'],
    spec: specOf({ method: 'experts_int8', linear: PLAIN, experts: INT8, online: true }),
    source: 'vLLM 0.33.0 quantization/experts_int8.py: routed experts only',
  },
];
