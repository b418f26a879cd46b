import type { EngineSettings } from '../engine/engine-settings.ts';
import { isAtLeast } from '../engine/version.ts';
import { GIB } from '../units/bytes.ts';
import type { MemoryRanges, Range, WorkerMemory } from './memory-plan.ts';

/**
 * Half-widths of 90 % ranges, as a fixed part in bytes and a share of the term.
 *
 * @source residuals of the start-up logs that the model was checked on (docs/memory.md): vLLM 0.17 to 0.19 on H100, where
 *   most logs are, and everything else
 */
const CALIBRATED = {
  peak: { fixed: 0.04 * GIB, share: 0.015 },
  nonTorch: { fixed: 0.08 * GIB, share: 0.02 },
  graphs: { fixed: 0.1 * GIB, share: 0.5 },
  weights: { fixed: 0.01 * GIB, share: 0.003 },
} as const;

const ELSEWHERE = {
  peak: { fixed: 0.2 * GIB, share: 0.3 },
  nonTorch: { fixed: 0.3 * GIB, share: 0.3 },
  graphs: { fixed: 0.15 * GIB, share: 0.7 },
  weights: { fixed: 0.05 * GIB, share: 0.006 },
} as const;

/**
 * Where the card's memory is the host's, what other processes and the page cache take meanwhile is charged as well: the
 * cache then gets less than the terms say, never more.
 *
 * @source GB10, 0.19 and 0.20: 2.8, 4.0 and 5.7 GiB less than predicted on three logs, 0.1 on a fourth; fitted to these
 */
const HOST_TAKES_BYTES = 6 * GIB;

interface HalfWidth {
  readonly fixed: number;
  readonly share: number;
}

/**
 * 90 % ranges of the estimated terms, and of what is left for the cache when they err independently: the half-width of a
 * difference is the root of the summed squares.
 *
 * @param workers rank 0, and the rank that has the least left for the cache
 * @param tokensOf tokens that the cache holds in a given number of bytes
 */
export function memoryRanges(
  workers: { readonly first: WorkerMemory; readonly binding: WorkerMemory },
  settings: EngineSettings,
  facts: { readonly isHopper: boolean; readonly sharesHostMemory: boolean; readonly totalHalfWidth: number },
  tokensOf: (availableBytes: number) => number,
): MemoryRanges {
  const widths = facts.isHopper && isAtLeast(settings.version, '0.17.0') && !isAtLeast(settings.version, '0.20.0') ? CALIBRATED : ELSEWHERE;
  const { first, binding } = workers;
  const terms = [
    half(widths.peak, binding.peakActivationBytes),
    half(widths.nonTorch, binding.nonTorchBytes),
    binding.cudaGraphInBudget ? half(widths.graphs, binding.cudaGraphBytes) : 0,
    half(widths.weights, binding.weightsBytes),
    facts.totalHalfWidth,
  ];
  const [low, high] = around(binding.availableKvCacheBytes, Math.hypot(...terms), Number.NEGATIVE_INFINITY);
  const available: Range = [facts.sharesHostMemory ? low - HOST_TAKES_BYTES : low, high];
  return {
    peakActivationBytes: around(first.peakActivationBytes, half(widths.peak, first.peakActivationBytes)),
    nonTorchBytes: around(first.nonTorchBytes, half(widths.nonTorch, first.nonTorchBytes)),
    cudaGraphBytes: around(first.cudaGraphBytes, half(widths.graphs, first.cudaGraphBytes)),
    availableKvCacheBytes: available,
    tokens: [tokensOf(available[0]), tokensOf(available[1])],
  };
}

function half({ fixed, share }: HalfWidth, value: number): number {
  return value === 0 ? 0 : fixed + share * value;
}

function around(value: number, width: number, floor = 0): Range {
  return [Math.max(floor, Math.round(value - width)), Math.round(value + width)];
}
