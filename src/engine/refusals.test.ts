import { describe, expect, it, test } from 'vitest';
import { judge } from '../../test/support/judge.ts';
import type { ServeArgs } from './serve-args.ts';

function codes(model: string, gpu: string, gpus: number, args: Partial<ServeArgs>, version = '0.24.0'): readonly string[] {
  return judge({ model, gpu, gpus, version, args }).refused.map((finding) => finding.code);
}

describe('refusals', () => {
  test.each([
    {
      why: '32 heads over 3 ranks',
      model: 'meta-llama/Llama-3.1-8B-Instruct',
      gpu: 'H100',
      gpus: 3,
      args: { tensorParallelSize: 3 },
      want: 'TP_HEADS',
    },
    {
      why: 'more ranks than GPUs',
      model: 'meta-llama/Llama-3.1-8B-Instruct',
      gpu: 'H100',
      gpus: 2,
      args: { tensorParallelSize: 4 },
      want: 'GPUS_TOO_FEW',
    },
    {
      why: 'experts of a dense model',
      model: 'Qwen/Qwen3-8B',
      gpu: 'H100',
      gpus: 1,
      args: { enableExpertParallel: true },
      want: 'EP_DENSE',
    },
    {
      why: 'longer than the config allows',
      model: 'Qwen/Qwen3-8B',
      gpu: 'H100',
      gpus: 1,
      args: { maxModelLen: 1_000_000 },
      want: 'MAX_MODEL_LEN',
    },
    {
      why: 'fewer tokens than sequences',
      model: 'Qwen/Qwen3-8B',
      gpu: 'H100',
      gpus: 1,
      args: { maxNumSeqs: 512, maxNumBatchedTokens: 256 },
      want: 'BATCHED_TOKENS_SEQS',
    },
    {
      why: 'a prefill that must fit in one batch',
      model: 'Qwen/Qwen3-8B',
      gpu: 'H100',
      gpus: 1,
      args: { enableChunkedPrefill: false, maxNumBatchedTokens: 4096 },
      want: 'BATCHED_TOKENS_LEN',
    },
    { why: 'utilisation above 1', model: 'Qwen/Qwen3-8B', gpu: 'H100', gpus: 1, args: { gpuMemoryUtilization: 1.2 }, want: 'UTILIZATION' },
    { why: 'bfloat16 on a T4', model: 'Qwen/Qwen3-0.6B', gpu: 'T4', gpus: 1, args: { dtype: 'bfloat16' }, want: 'BFLOAT16' },
    { why: 'Pascal', model: 'Qwen/Qwen3-0.6B', gpu: 'P100', gpus: 1, args: {}, want: 'GPU_TOO_OLD' },
    { why: 'MXFP4 on a T4', model: 'openai/gpt-oss-20b', gpu: 'T4', gpus: 1, args: {}, want: 'QUANTIZATION_GPU' },
  ])('$why', ({ model, gpu, gpus, args, want }) => {
    expect(codes(model, gpu, gpus, args)).toContain(want);
  });

  it('lets FP8 checkpoints onto a T4 from 0.15 on, where Marlin takes them', () => {
    expect(codes('Qwen/Qwen3-8B-FP8', 'T4', 1, {}, '0.14.0')).toContain('QUANTIZATION_GPU');
    expect(codes('Qwen/Qwen3-8B-FP8', 'T4', 1, {}, '0.15.0')).not.toContain('QUANTIZATION_GPU');
  });

  it('runs sparse latent attention where a backend of that release does', () => {
    const refused = (gpu: string, version: string, args: Partial<ServeArgs> = {}): boolean =>
      codes('zai-org/GLM-5-FP8', gpu, 8, { tensorParallelSize: 8, ...args }, version).includes('SPARSE_ATTENTION_GPU');
    expect(refused('RTX PRO 6000', '0.20.2')).toBe(true);
    expect(refused('RTX PRO 6000', '0.24.0')).toBe(false);
    expect(refused('A100 80GB SXM', '0.24.0')).toBe(true);
    expect(refused('H200', '0.20.2')).toBe(false);
    expect(refused('B200', '0.20.2')).toBe(false);
    expect(refused('RTX PRO 6000', '0.20.2', { attentionBackend: 'B12X_MLA_SPARSE' })).toBe(false);
  });

  it('refuses nothing that is the engine default', () => {
    expect(codes('meta-llama/Llama-3.1-8B-Instruct', 'H100', 1, {})).toEqual([]);
  });

  it('lets the user overrule the length', () => {
    const env = { VLLM_ALLOW_LONG_MAX_MODEL_LEN: '1' };
    expect(codes('Qwen/Qwen3-8B', 'H100', 1, { maxModelLen: 1_000_000, env })).toEqual([]);
  });
});
