import type { DType } from '../model/model-spec.ts';
import { BYTES_OF_DTYPE } from '../model/model-spec.ts';

/**
 * Bytes that K and V of one token take for one head, by the cache's element type (vllm-memory §2.1).
 *
 * @param keyDim, valueDim elements of K and V
 * @source vLLM v1/kv_cache_interface.py, v1/attention/backends/turboquant_attn.py
 */
export function headBytes(kvCacheDtype: string, keyDim: number, valueDim: number): number {
  const turbo = TURBOQUANT_BITS[kvCacheDtype];
  if (turbo !== undefined) return turboquantSlot(turbo, keyDim, valueDim);
  switch (kvCacheDtype) {
    case 'nvfp4':
      return nvfp4(keyDim) + nvfp4(valueDim);
    case 'int4_per_token_head':
      return keyDim / 2 + valueDim / 2 + 2 * SCALE_BYTES;
    case 'int8_per_token_head':
    case 'fp8_per_token_head':
      return keyDim + valueDim + 2 * SCALE_BYTES;
    default:
      return (keyDim + valueDim) * elementBytes(kvCacheDtype);
  }
}

/** float32 scale of one token and head, for K and for V. */
const SCALE_BYTES = 4;

/** Half a byte an element and one fp8 scale for 16 of them. */
function nvfp4(dim: number): number {
  return dim / 2 + dim / 16;
}

/** Key and value bits. */
const TURBOQUANT_BITS: Readonly<Record<string, readonly [key: number, value: number]>> = {
  turboquant_k8v4: [8, 4],
  turboquant_4bit_nc: [4, 4],
  turboquant_k3v4_nc: [3, 4],
  turboquant_3bit_nc: [3, 3],
};

/** K as fp8 bytes or packed bits and a norm, V as packed bits with scale and zero, together an even number of bytes. */
function turboquantSlot([keyBits, valueBits]: readonly [number, number], keyDim: number, valueDim: number): number {
  const key = keyBits === 8 ? keyDim : Math.ceil((keyDim * keyBits) / 8) + 2;
  const value = Math.ceil((valueDim * valueBits) / 8) + 4;
  const slot = key + value;
  return slot + (slot % 2);
}

/** Bytes of one element of a cache that is stored plainly. */
export function elementBytes(kvCacheDtype: string): number {
  if (kvCacheDtype.startsWith('fp8')) return 1;
  return BYTES_OF_DTYPE[plainDtype(kvCacheDtype)];
}

function plainDtype(name: string): DType {
  return name === 'float32' || name === 'float16' ? name : 'bfloat16';
}
