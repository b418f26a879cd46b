import type { GpuSpec } from '../catalog/gpu-spec.ts';
import type { DType, ModelSpec } from '../model/model-spec.ts';
import type { EngineRules } from './rules.ts';
import { isAtLeast } from './version.ts';

/** The original tool's spellings. */
const ALIASES: Readonly<Record<string, string>> = { fp16: 'float16', bf16: 'bfloat16', fp8_e4m3fn: 'fp8_e4m3', half: 'float16' };

/**
 * Element type of the KV cache as vLLM names it: what is asked, else what the checkpoint declares, else the model's dtype.
 * Sparse latent attention rewrites fp8 to its packed `fp8_ds_mla` row, except on SM100 from 0.19 on, where FlashInfer keeps plain fp8; SM12x packs from 0.24 on
 * also when nothing is asked.
 *
 * @source vLLM utils/torch_utils.py `resolve_kv_cache_dtype_string`; models/config.py DeepseekV32ForCausalLM (vllm-memory §2.1)
 */
export function resolveKvDtype(word: string | null, model: ModelSpec, gpu: GpuSpec, dtype: DType, rules: EngineRules): string {
  const asked = word === null || word === 'auto' ? null : (ALIASES[word] ?? word);
  const declared = rules.honoursCheckpointKvDtype ? model.quantization.kvCacheDtype : null;
  const chosen = asked ?? declared ?? dtype;
  const compressed = model.layers.some((layer) => layer.caches.some((cache) => cache.kind === 'compressed'));
  // DeepSeek V4 stores packed rows unless bf16 is asked for.
  if (compressed && (asked === null || chosen.startsWith('fp8'))) return 'fp8_ds_mla';
  const sparse = model.layers.some((layer) => layer.caches.some((cache) => cache.kind === 'latent' && cache.sparse));
  const packsByDefault = asked === null && gpu.computeCapability?.startsWith('12.') === true && isAtLeast(rules.version, '0.24.0');
  if (sparse && packsByDefault) return 'fp8_ds_mla';
  if (!sparse || !chosen.startsWith('fp8')) return chosen;
  const plainOnBlackwell = gpu.computeCapability?.startsWith('10.') === true && isAtLeast(rules.version, '0.19.0');
  return plainOnBlackwell ? chosen : 'fp8_ds_mla';
}
