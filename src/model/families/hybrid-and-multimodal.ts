import { deepseekSparse } from './deepseek-sparse/families.ts';
import { deepseekV4 } from './deepseek-v4/families.ts';
import { falconH1 } from './falcon-h1/families.ts';
import type { Family } from './family.ts';
import { diffusionGemma, gemma4, gemma4Unified } from './gemma4/families.ts';
import { graniteHybrid } from './granite-hybrid.ts';
import { kimiK3, kimiLinear } from './kimi-linear/families.ts';
import { laguna } from './laguna/families.ts';
import { lfm2 } from './lfm2/families.ts';
import { mimoV2 } from './mimo-v2/families.ts';
import { minimaxM3 } from './minimax-m3/families.ts';
import { voxtral, whisper } from './multimodal/audio.ts';
import { deepseekVl2 } from './multimodal/deepseek-vl2.ts';
import { gemma3Vision } from './multimodal/gemma3.ts';
import { kimiK25, kimiVl } from './multimodal/kimi-vision.ts';
import { lfm2Vision } from './multimodal/lfm2-vision.ts';
import { llama4Vision } from './multimodal/llama4.ts';
import { llava, llavaNext } from './multimodal/llava.ts';
import { mistral3 } from './multimodal/mistral3.ts';
import { mllama } from './multimodal/mllama.ts';
import { phi3Vision } from './multimodal/phi3-vision.ts';
import { exaone45, qwen2Vl, qwen3Vl, qwen25Vl } from './multimodal/qwen-vl.ts';
import { museGlimmer } from './muse-glimmer/families.ts';
import { nemotronH } from './nemotron-h/families.ts';
import { qwen3Next, qwen35 } from './qwen-hybrid/families.ts';

/** Families with recurrent or sparse layers, or with a vision or audio tower: one folder each. */
export const HYBRID_AND_MULTIMODAL: readonly Family[] = [
  qwen3Next,
  qwen35,
  nemotronH,
  kimiLinear,
  kimiK3,
  falconH1,
  graniteHybrid,
  lfm2,
  deepseekSparse,
  deepseekV4,
  gemma4,
  gemma4Unified,
  diffusionGemma,
  gemma3Vision,
  qwen2Vl,
  qwen25Vl,
  qwen3Vl,
  exaone45,
  llava,
  llavaNext,
  mistral3,
  llama4Vision,
  phi3Vision,
  kimiVl,
  kimiK25,
  deepseekVl2,
  lfm2Vision,
  mllama,
  whisper,
  voxtral,
  mimoV2,
  laguna,
  museGlimmer,
  minimaxM3,
];
