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

interface HalfWidth {
  readonly fixed: number;
  readonly share: number;
}

/**
 * 90 % ranges of the estimated terms, and of what is left for the cache when they err independently: the half-width of a
 * difference is the root of the summed squares.
 *
 * @param tokensOf tokens that the cache holds in a given number of bytes
 */
export function memoryRanges(
  worker: WorkerMemory,
  settings: EngineSettings,
  facts: { readonly isHopper: boolean; readonly totalHalfWidth: number },
  tokensOf: (availableBytes: number) => number,
): MemoryRanges {
  const widths = facts.isHopper && isAtLeast(settings.version, '0.17.0') && !isAtLeast(settings.version, '0.20.0') ? CALIBRATED : ELSEWHERE;
  const peak = half(widths.peak, worker.peakActivationBytes);
  const nonTorch = half(widths.nonTorch, worker.nonTorchBytes);
  const graphs = half(widths.graphs, worker.cudaGraphBytes);
  const inBudget = [peak, nonTorch, worker.cudaGraphInBudget ? graphs : 0, half(widths.weights, worker.weightsBytes), facts.totalHalfWidth];
  const available = around(worker.availableKvCacheBytes, Math.hypot(...inBudget), Number.NEGATIVE_INFINITY);
  return {
    peakActivationBytes: around(worker.peakActivationBytes, peak),
    nonTorchBytes: around(worker.nonTorchBytes, nonTorch),
    cudaGraphBytes: around(worker.cudaGraphBytes, graphs),
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
