import { deepseekSparse } from './deepseek-sparse/families.ts';
import { falconH1 } from './falcon-h1/families.ts';
import type { Family } from './family.ts';
import { gemma4, gemma4Unified } from './gemma4/families.ts';
import { kimiLinear } from './kimi-linear/families.ts';
import { lfm2 } from './lfm2/families.ts';
import { nemotronH } from './nemotron-h/families.ts';
import { qwen3Next, qwen35 } from './qwen-hybrid/families.ts';

/** Families with recurrent or sparse layers, or with a vision or audio tower: one folder each. */
export const HYBRID_AND_MULTIMODAL: readonly Family[] = [
  qwen3Next,
  qwen35,
  nemotronH,
  kimiLinear,
  falconH1,
  lfm2,
  deepseekSparse,
  gemma4,
  gemma4Unified,
];
