import type { EngineSettings } from '../engine/engine-settings.ts';
import { otherSwitch } from '../engine/other-flags.ts';
import type { EngineRules } from '../engine/rules.ts';
import type { ServeArgs } from '../engine/serve-args.ts';
import { isAtLeast, type Version } from '../engine/version.ts';
import type { ModelSpec } from '../model/model-spec.ts';
import { MIB } from '../units/bytes.ts';

/**
 * Memory of captured CUDA graphs: sizes × (per size + per layer × layers), where sizes counts piecewise graphs and the full
 * ones for uniform decode batches. Runner V1's profiler extrapolates from the two largest and overshoots on mixtures of
 * experts; runner V2 measures nearly all of them.
 *
 * @source start-up logs. V1: vLLM 0.19.0 on H100 (51 + 51 sizes, 8 to 80 layers, TP 1 to 4), within 35 % on two thirds of
 *   the runs, worst −55 % (latent attention). V2: 0.23 GiB for 51 + 35 sizes of 32 layers (0.31, A100), 0.24 GiB (0.29, L4)
 */
const V1_ESTIMATE = { perSizeBytes: 3.0 * MIB, perLayerBytes: 0.15 * MIB } as const;
const V1_CAPTURED = { perSizeBytes: 3.4 * MIB, perLayerBytes: 0.165 * MIB } as const;
const V2_GRAPHS = { perSizeBytes: 1.0 * MIB, perLayerBytes: 0.055 * MIB } as const;
const V1_MIXTURE_FACTOR = 1.5;

export interface GraphBytes {
  /** What the budget subtracts; 0 where that release or runner does not. */
  readonly estimateBytes: number;
  /** What capture takes once the cache stands. */
  readonly capturedBytes: number;
  readonly inBudget: boolean;
}

/** @param cases graphs of one size: more than one with adapters (`loraGraphCases`) */
export function graphBytes(
  model: ModelSpec,
  layers: number,
  settings: EngineSettings,
  rules: EngineRules,
  isRocm: boolean,
  cases = 1,
): GraphBytes {
  const sizes = capturedGraphs(settings) * cases;
  if (sizes === 0) return { estimateBytes: 0, capturedBytes: 0, inBudget: rules.graphsInBudget };
  const isV1 = settings.modelRunner === 'v1';
  const estimated = isV1 ? !isRocm || rules.budget === 'consumed' : rules.v2EstimatesGraphs;
  const inBudget = rules.graphsInBudget && estimated;
  const factor = isV1 && model.experts !== null ? V1_MIXTURE_FACTOR : 1;
  const estimate = Math.round(ofSizes(isV1 ? V1_ESTIMATE : V2_GRAPHS, sizes, layers) * factor);
  return {
    estimateBytes: inBudget ? estimate : 0,
    capturedBytes: Math.round(ofSizes(isV1 ? V1_CAPTURED : V2_GRAPHS, sizes, layers)),
    inBudget,
  };
}

function ofSizes(part: { readonly perSizeBytes: number; readonly perLayerBytes: number }, sizes: number, layers: number): number {
  return sizes * (part.perSizeBytes + part.perLayerBytes * layers);
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

/**
 * Graphs that each size is captured in where adapters are served: with none active and with all slots, or with
 * `--specialize-active-lora` for every power of two up to them as well.
 *
 * @source vLLM v1/cudagraph_dispatcher.py at 0.12.0 (`cudagraph_specialize_lora`) and 0.20.2, lora/utils.py `get_captured_lora_counts`; 0.11.0 has one
 */
export function loraGraphCases(args: ServeArgs, version: Version): number {
  if (!args.enableLora || !isAtLeast(version, '0.12.0')) return 1;
  if (!otherSwitch(args, '--specialize-active-lora')) return 2;
  const slots = (args.maxLoras ?? 1) + 1;
  const counts = Array.from({ length: slots }, (_, index) => index + 1).filter((n) => n === slots || Number.isInteger(Math.log2(n)));
  return 1 + counts.length;
}
