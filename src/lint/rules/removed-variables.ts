/**
 * Variables of the engine that a release dropped, by the last of the releases read that has them. Only those that people set.
 *
 * @source vllm/envs.py of 0.8.5 to 0.33.0
 */
export const REMOVED_VARIABLES: Readonly<Record<string, { readonly last: string; readonly instead: string | null }>> = {
  VLLM_USE_V1: { last: '0.11.0', instead: null },
  VLLM_USE_TRITON_FLASH_ATTN: { last: '0.11.0', instead: null },
  VLLM_USE_RAY_SPMD_WORKER: { last: '0.11.0', instead: null },
  VLLM_USE_RAY_COMPILED_DAG: { last: '0.11.0', instead: null },
  VLLM_MM_INPUT_CACHE_GIB: { last: '0.12.0', instead: '--mm-processor-cache-gb' },
  VLLM_ATTENTION_BACKEND: { last: '0.14.1', instead: '--attention-backend' },
  VLLM_FLASH_ATTN_VERSION: { last: '0.14.1', instead: '--attention-config' },
  VLLM_USE_TRTLLM_ATTENTION: { last: '0.14.1', instead: '--attention-config' },
  VLLM_DISABLE_FLASHINFER_PREFILL: { last: '0.14.1', instead: '--attention-config' },
  VLLM_USE_CUDNN_PREFILL: { last: '0.14.1', instead: '--attention-config' },
  VLLM_ALL2ALL_BACKEND: { last: '0.15.1', instead: '--all2all-backend' },
  VLLM_TORCH_PROFILER_DIR: { last: '0.15.1', instead: '--profiler-config' },
  VLLM_FUSED_MOE_CHUNK_SIZE: { last: '0.17.1', instead: null },
  VLLM_SLEEP_WHEN_IDLE: { last: '0.17.1', instead: null },
  VLLM_MOE_DP_CHUNK_SIZE: { last: '0.18.1', instead: null },
  VLLM_RPC_TIMEOUT: { last: '0.22.1', instead: null },
  VLLM_USE_FLASHINFER_MOE_FP4: { last: '0.23.0', instead: null },
  VLLM_USE_FLASHINFER_MOE_FP8: { last: '0.23.0', instead: null },
  VLLM_USE_FLASHINFER_MOE_FP16: { last: '0.23.0', instead: null },
  VLLM_USE_FLASHINFER_MOE_MXFP4_MXFP8: { last: '0.23.0', instead: null },
  VLLM_USE_FLASHINFER_MOE_MXFP4_BF16: { last: '0.23.0', instead: null },
  VLLM_FLASHINFER_MOE_BACKEND: { last: '0.23.0', instead: '--moe-backend' },
  VLLM_NVFP4_GEMM_BACKEND: { last: '0.23.0', instead: null },
  VLLM_MXFP4_USE_MARLIN: { last: '0.23.0', instead: null },
  VLLM_ENGINE_ITERATION_TIMEOUT_S: { last: '0.31.0', instead: null },
};
