import type { EngineSettings } from '../../engine/engine-settings.ts';

/**
 * Tokens that the kernels of a step see: a CUDA graph that was captured for the next larger size computes all of it.
 *
 * null: no graph is used. @source vLLM 0.19.0 `v1/cudagraph_dispatcher.py`: the mode decides whether mixed batches have graphs.
 */
export function capturedTokens(
  tokens: number,
  mixed: boolean,
  { cudagraphMode, cudagraphCaptureSizes }: Pick<EngineSettings, 'cudagraphMode' | 'cudagraphCaptureSizes'>,
): number | null {
  if (cudagraphMode === 'NONE' || (mixed && cudagraphMode === 'FULL_DECODE_ONLY')) return null;
  let low = 0;
  let high = cudagraphCaptureSizes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((cudagraphCaptureSizes[middle] ?? 0) < tokens) low = middle + 1;
    else high = middle;
  }
  return cudagraphCaptureSizes[low] ?? null;
}
