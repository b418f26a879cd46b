import type { GpuSpec } from '../../catalog/gpu-spec.ts';
import type { KernelTables } from '../../catalog/kernel-table.ts';
import { isAtLeast } from '../../engine/version.ts';
import { BYTES_OF_DTYPE } from '../../model/model-spec.ts';
import { reduceS } from '../all-reduce.ts';
import type { ForecastInput } from '../forecast-types.ts';
import { allReduceUs } from '../kernels/collectives.ts';
import { type Cost, estimateCost, NO_COST, rooflineCost, secondsOf } from './cost.ts';
import { STEP } from './step-constants.ts';

/** MiB up to which the fused kernel reads all ranks at once, and up to which it is used at all. */
interface FusedLimits {
  readonly oneShot: number;
  readonly most: number;
}

/**
 * By compute capability and ranks.
 *
 * @source vLLM 0.24.0 `compilation/passes/fusion/allreduce_rms_fusion.py`
 */
const FUSED_MIB: Readonly<Record<string, Readonly<Record<number, FusedLimits>>>> = {
  '9.0': { 2: { oneShot: 32, most: 64 }, 4: { oneShot: 2, most: 2 }, 8: { oneShot: 0.5, most: 0.5 } },
  '10.0': { 2: { oneShot: 32, most: 64 }, 4: { oneShot: 4, most: 32 }, 8: { oneShot: 1, most: 1 } },
  '10.3': { 2: { oneShot: 32, most: 64 }, 4: { oneShot: 4, most: 64 }, 8: { oneShot: 2, most: 2 } },
};

const MIB = 2 ** 20;

/** What it costs to add up a tensor over the tensor-parallel group. */
export class ReduceModel {
  private readonly tables: KernelTables;
  private readonly input: ForecastInput;

  constructor(tables: KernelTables, input: ForecastInput) {
    this.tables = tables;
    this.input = input;
  }

  /** @param captured in a CUDA graph; without one the host launches it, and the message is copied to where the ranks can read it */
  cost(bytes: number, captured: boolean): Cost {
    const { model, layout, settings, fastLink, gpu } = this.input;
    const gpus = layout.tensorParallel;
    if (gpus === 1) return NO_COST;
    const fallbackS = reduceS(bytes / (model.hiddenSize * BYTES_OF_DTYPE[settings.dtype]), this.input);
    if (!fastLink && gpu.link?.fitted === 'board') return rooflineCost(fallbackS);
    const kind = captured ? 'custom-graph' : 'custom-eager';
    const measured = estimateCost(allReduceUs(this.tables, { kind, bytes, gpus }), fallbackS);
    const fusedS = this.fusedS(bytes, gpus);
    return fusedS < secondsOf(measured) ? rooflineCost(fusedS) : measured;
  }

  /**
   * Hopper and data-centre Blackwell add up and normalize in one kernel. In a small message every rank reads what all others hold; a
   * large one is added up in parts, which are then handed round:
   *
   *   latency + (n − 1) × bytes / link    or    latency + 2 (n − 1) / n × bytes / link
   *
   * @source vLLM 0.17.1 `config/vllm.py` `enable_allreduce_rms_fusion`: on by default since then
   */
  private fusedS(bytes: number, gpus: number): number {
    const { gpu, settings } = this.input;
    const limits = limitsOf(gpu, gpus);
    if (gpu.link === undefined || limits === undefined || bytes > limits.most * MIB) return Number.POSITIVE_INFINITY;
    if (!isAtLeast(settings.version, '0.17.0')) return Number.POSITIVE_INFINITY;
    const share = bytes <= limits.oneShot * MIB ? gpus - 1 : (2 * (gpus - 1)) / gpus;
    return STEP.fusedReduceS + (share * bytes) / (gpu.link.bytesPerSPerDirection.value * STEP.fusedLinkFraction);
  }
}

function limitsOf({ computeCapability }: GpuSpec, gpus: number): FusedLimits | undefined {
  return computeCapability === undefined ? undefined : FUSED_MIB[computeCapability]?.[gpus];
}
