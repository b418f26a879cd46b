import type { GpuSpec } from '../catalog/gpu-spec.ts';
import { GIB } from '../units/bytes.ts';
import type { EngineRules } from './rules.ts';

/** Memory from which a card gets the large budget, and from 0.28 the largest. @source vLLM engine/arg_utils.py */
const LARGE_TIER_BYTES = 70 * GIB;
const LARGEST_TIER_BYTES = 160 * GIB;

export interface BatchDefaults {
  readonly maxNumBatchedTokens: number;
  readonly maxNumSeqs: number;
}

const SMALL: BatchDefaults = { maxNumBatchedTokens: 2048, maxNumSeqs: 256 };
const LARGE: BatchDefaults = { maxNumBatchedTokens: 8192, maxNumSeqs: 1024 };
const LARGEST: BatchDefaults = { maxNumBatchedTokens: 16_384, maxNumSeqs: 1024 };

/**
 * Defaults of `vllm serve` for a card, before a model's own limits. Decided by the memory that NVML (or amd-smi) reports,
 * not CUDA; where the query fails (GB10), the small tier.
 *
 * @source vLLM engine/arg_utils.py `get_batch_defaults`, `UsageContext.OPENAI_API_SERVER`
 */
export function batchDefaults(gpu: GpuSpec, rules: EngineRules): BatchDefaults {
  const memory = gpu.nvmlTotalBytes?.value ?? (gpu.vendor === 'amd' ? gpu.cudaTotalBytes?.value : undefined) ?? 0;
  const isGb10 = gpu.computeCapability === '12.1';
  if (rules.gb10SmallTier && isGb10) return SMALL;
  if (rules.largeMemoryTier && memory >= LARGEST_TIER_BYTES) return LARGEST;
  const name = gpu.label.toLowerCase();
  switch (rules.largeBatchTier) {
    case 'hopper-name':
      return name.includes('h100') || name.includes('h200') ? LARGE : SMALL;
    case 'memory':
      return memory >= LARGE_TIER_BYTES ? LARGE : SMALL;
    case 'memory-but-a100':
      return memory >= LARGE_TIER_BYTES && !name.includes('a100') ? LARGE : SMALL;
    default:
      return rules.largeBatchTier satisfies never;
  }
}
