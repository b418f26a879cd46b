import type { EngineSettings } from '../engine/engine-settings.ts';
import type { EngineRules } from '../engine/rules.ts';
import type { ModelSpec } from '../model/model-spec.ts';
import { MIB } from '../units/bytes.ts';

/**
 * Memory of captured CUDA graphs, per captured size: a part for the size itself and one for each layer.
 *
 *   sizes × (3.0 MiB + 0.15 MiB × layers)   the profiler's estimate, × 1.5 for mixtures of experts
 *   sizes × (3.4 MiB + 0.165 MiB × layers)  what capture takes
 *
 * where sizes counts piecewise and full graphs, the latter up to max_num_seqs.
 *
 * @source start-up logs of vLLM 0.19.0 on H100 (51 + 51 sizes, 8 to 80 layers, tensor parallel 1 to 4): estimate within
 *   35 % on two thirds of the runs, worst −55 % (latent attention, TP2 outliers)
 */
const ESTIMATE = { perSizeBytes: 3.0 * MIB, perLayerBytes: 0.15 * MIB } as const;
const CAPTURED = { perSizeBytes: 3.4 * MIB, perLayerBytes: 0.165 * MIB } as const;
const MIXTURE_FACTOR = 1.5;

export interface GraphBytes {
  /** What the budget subtracts; 0 where that release or runner does not. */
  readonly estimateBytes: number;
  /** What capture takes once the cache stands. */
  readonly capturedBytes: number;
  readonly inBudget: boolean;
}

export function graphBytes(model: ModelSpec, layers: number, settings: EngineSettings, rules: EngineRules, isRocm: boolean): GraphBytes {
  const sizes = capturedGraphs(settings);
  if (sizes === 0) return { estimateBytes: 0, capturedBytes: 0, inBudget: rules.graphsInBudget };
  const factor = model.experts === null ? 1 : MIXTURE_FACTOR;
  const estimated = settings.modelRunner === 'v1' ? !isRocm : rules.v2EstimatesGraphs;
  const inBudget = rules.graphsInBudget && estimated;
  return {
    estimateBytes: inBudget ? Math.round(sizes * (ESTIMATE.perSizeBytes + ESTIMATE.perLayerBytes * layers) * factor) : 0,
    capturedBytes: Math.round(sizes * (CAPTURED.perSizeBytes + CAPTURED.perLayerBytes * layers)),
    inBudget,
  };
}

/** Piecewise graphs for every size, and full graphs for uniform decode batches. */
function capturedGraphs({ cudagraphMode, cudagraphCaptureSizes, maxNumSeqs, numSpeculativeTokens }: EngineSettings): number {
  const decode = cudagraphCaptureSizes.filter((size) => size <= maxNumSeqs * (1 + numSpeculativeTokens)).length;
  switch (cudagraphMode) {
    case 'NONE':
      return 0;
    case 'PIECEWISE':
      return cudagraphCaptureSizes.length;
    case 'FULL_DECODE_ONLY':
      return decode;
    case 'FULL':
      return cudagraphCaptureSizes.length;
    case 'FULL_AND_PIECEWISE':
      return cudagraphCaptureSizes.length + decode;
    default:
      return cudagraphMode satisfies never;
  }
}
