import type { ClientRequest } from './client-load.ts';
import { type RandomSource, randomSource } from './random-source.ts';

export interface LengthsInput {
  readonly prompts: number;
  readonly promptTokens: number;
  readonly outputTokens: number;
  /** Lengths lie within this share around the stated ones: 0 to below 1. */
  readonly rangeRatio: number;
  /** Share of each prompt that the prefix cache holds. */
  readonly prefixHitRate: number;
  readonly seed: number;
}

/**
 * Lengths as the random dataset of `vllm bench serve` draws them: whole numbers, all equally likely, in
 *
 *   [floor(n × (1 − r)), ceil(n × (1 + r))]
 *
 * for prompts and outputs alike (1,000 at 0.2: 800 to 1,200), an output of at least one token. Prompts are drawn before outputs,
 * each in one go. The draws themselves are ours: numpy's generator is not replayed.
 *
 * @source vLLM 0.11.2 `benchmarks/datasets.py` and 0.33.0 `benchmarks/datasets/utils.py`, `get_sampling_params`
 */
export function drawLengths(input: LengthsInput): readonly ClientRequest[] {
  const { prompts, rangeRatio, prefixHitRate, seed } = input;
  if (!(rangeRatio >= 0 && rangeRatio < 1)) throw new RangeError(`the range ratio is not in [0, 1): ${rangeRatio}`);
  const promptLengths = draw(randomSource(seed, 0), prompts, input.promptTokens, rangeRatio);
  const outputLengths = draw(randomSource(seed, 1), prompts, input.outputTokens, rangeRatio);
  return promptLengths.map((promptTokens, index) => ({
    promptTokens,
    outputTokens: outputLengths[index] ?? 1,
    cachedTokens: Math.floor(promptTokens * prefixHitRate),
  }));
}

function draw(source: RandomSource, count: number, tokens: number, rangeRatio: number): readonly number[] {
  const low = Math.max(1, Math.floor(tokens * (1 - rangeRatio)));
  const high = Math.max(1, Math.ceil(tokens * (1 + rangeRatio)));
  return Array.from({ length: count }, () => source.integer(low, high));
}
