import type { EngineRules } from './rules.ts';

/** Largest captured batch unless the model or the card says otherwise. @source vLLM config/vllm.py `_set_cudagraph_sizes` */
const CEILING = 512;
const BLACKWELL_CEILING = 1024;
/** gpt-oss raises the ceiling (vllm-memory §6.1; vLLM model_executor/models/config.py `GptOssForCausalLMConfig`). */
const GPT_OSS_CEILING = 1024;

export interface CaptureInput {
  readonly rules: EngineRules;
  readonly computeCapability: string | null;
  readonly architecture: string;
  readonly maxNumSeqs: number;
  readonly maxNumBatchedTokens: number;
  readonly speculativeTokens: number;
  readonly performanceMode: 'balanced' | 'interactivity' | 'throughput' | null;
  readonly sizes: readonly number[] | null;
  readonly maxSize: number | null;
}

/**
 * Batch sizes for which CUDA graphs are captured, ascending.
 *
 *   {1, 2, 4} ∪ 8, 16 … 248 ∪ 256, 272 … ceiling        (from 0.11.1; steps of 8 throughout before)
 *   ceiling = min(2 × max_num_seqs × (1 + speculative tokens), 512, max_num_batched_tokens)
 *
 * @source vLLM config/vllm.py `_set_cudagraph_sizes` at 0.10.2, 0.19.1, 0.29.0 and 0.33.0
 */
export function captureSizes(input: CaptureInput): readonly number[] {
  const { rules, maxNumBatchedTokens: tokens } = input;
  if (input.sizes !== null) return ascending(input.sizes.filter((size) => size <= tokens));
  if (rules.captureGrid === '67-sizes') return grid(CEILING, 8).filter((size) => size <= tokens);
  const ceiling = Math.min(input.maxSize ?? defaultCeiling(input), tokens);
  const sizes = grid(ceiling, rules.captureGrid === 'step-8' ? 8 : 16);
  if (input.performanceMode === 'interactivity') for (let size = 1; size <= Math.min(ceiling, 32); size++) sizes.push(size);
  if (rules.capturesTokenBudget && tokens <= ceiling) sizes.push(tokens);
  if (rules.capturesMaxSeqs && input.maxSize === null) sizes.push(...uniformDecodeSizes(input).filter((size) => size <= tokens));
  return ascending(sizes);
}

/**
 * Batches of decodes alone: max_num_seqs itself, or with speculation 1 + n tokens for request counts on the same grid.
 *
 * @source vLLM 0.33.0 config/vllm.py `_set_cudagraph_sizes`, `request_counts`
 */
function uniformDecodeSizes(input: CaptureInput): readonly number[] {
  const { maxNumSeqs, speculativeTokens } = input;
  const ceiling = defaultCeiling(input);
  if (speculativeTokens === 0) return maxNumSeqs <= ceiling ? [maxNumSeqs] : [];
  const counts = [...grid(Math.min(maxNumSeqs, platformCeiling(input)), 16), Math.min(maxNumSeqs, platformCeiling(input))];
  return counts.map((requests) => requests * (1 + speculativeTokens)).filter((size) => size <= ceiling);
}

function platformCeiling({ rules, computeCapability }: CaptureInput): number {
  return rules.blackwellCapture1024 && computeCapability?.startsWith('10.') ? BLACKWELL_CEILING : CEILING;
}

function defaultCeiling(input: CaptureInput): number {
  const { rules, maxNumSeqs, speculativeTokens, architecture } = input;
  if (architecture === 'GptOssForCausalLM') return GPT_OSS_CEILING;
  const queryTokens = rules.captureCountsSpeculation ? 1 + speculativeTokens : 1;
  return Math.min(maxNumSeqs * queryTokens * 2, platformCeiling(input));
}

function grid(ceiling: number, stepFrom256: number): number[] {
  const sizes = [1, 2, 4].filter((size) => size <= ceiling);
  for (let size = 8; size <= ceiling && size < 256; size += 8) sizes.push(size);
  for (let size = 256; size <= ceiling; size += stepFrom256) sizes.push(size);
  return sizes;
}

function ascending(sizes: readonly number[]): readonly number[] {
  return [...new Set(sizes)].sort((a, b) => a - b);
}
