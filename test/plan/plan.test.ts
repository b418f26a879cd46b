import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { ServeArgs } from '../../src/engine/serve-args.ts';
import { plan } from '../../src/plan/plan.ts';
import { DEFAULT_WORKLOAD, type PlanRequest, type WorkloadInput } from '../../src/plan/plan-request.ts';
import { requestOf } from '../support/judge.ts';

interface Wish {
  readonly model: string;
  readonly gpu: string;
  readonly gpus?: number;
  readonly workload?: Partial<WorkloadInput>;
  readonly args?: Partial<ServeArgs>;
}

function requested({ model, gpu, gpus = 1, workload = {}, args = {} }: Wish): PlanRequest {
  return { ...requestOf({ model, gpu, gpus, version: '0.24.0', args }), mode: 'plan', workload: { ...DEFAULT_WORKLOAD, ...workload } };
}

describe('plan', () => {
  test.each([
    { why: 'an 8B model takes one GPU of two', model: 'meta-llama/Llama-3.1-8B-Instruct', gpu: 'H100', gpus: 2, tp: 1 },
    { why: '70B in bf16 takes two H100', model: 'meta-llama/Llama-3.1-70B-Instruct', gpu: 'H100', gpus: 8, tp: 2 },
    { why: '235B FP8 takes four', model: 'Qwen/Qwen3-235B-A22B-FP8', gpu: 'H100', gpus: 8, tp: 4 },
  ])('$why', ({ model, gpu, gpus, tp }) => {
    const { document } = plan(requested({ model, gpu, gpus }));
    expect(document.config.tensor_parallel_size).toBe(tp);
    expect(document.feasibility.fits).toBe(true);
  });

  it('takes the whole context where the load fits, and says so', () => {
    const { document } = plan(requested({ model: 'meta-llama/Llama-3.1-8B-Instruct', gpu: 'H100' }));
    expect(document.config.max_model_len).toBe(131_072);
    expect(document.config.explanations.max_model_len).toContain("model's own limit");
  });

  it('shortens the context to what the load allows, never below prompt + output', () => {
    const { document } = plan(
      requested({ model: 'Qwen/Qwen3-8B', gpu: 'RTX 4090', workload: { concurrency: 16, promptTokens: 1000, genTokens: 500 } }),
    );
    expect(document.config.max_model_len).toBeGreaterThanOrEqual(1500);
    expect(document.config.max_model_len).toBeLessThan(40_960);
    expect(document.feasibility.fits).toBe(true);
  });

  it('keeps what the user pinned', () => {
    const { args, document } = plan(
      requested({ model: 'Qwen/Qwen3-8B', gpu: 'H100', gpus: 4, args: { tensorParallelSize: 4, maxModelLen: 2048, maxNumSeqs: 7 } }),
    );
    expect([args.tensorParallelSize, args.maxModelLen, args.maxNumSeqs]).toEqual([4, 2048, 7]);
    expect(document.config.explanations.tensor_parallel_size).toBe('given');
  });

  it('shares a load over replicas only when there is one to share', () => {
    const alone = plan(requested({ model: 'Qwen/Qwen3-8B', gpu: 'H100', gpus: 4 }));
    const many = plan(requested({ model: 'Qwen/Qwen3-8B', gpu: 'H100', gpus: 4, workload: { concurrency: 64 } }));
    expect(alone.document.config.data_parallel_size).toBe(1);
    expect(many.document.config.data_parallel_size).toBe(4);
  });

  it('takes the faster layout in latency mode', () => {
    const { document } = plan(
      requested({ model: 'meta-llama/Llama-3.1-8B-Instruct', gpu: 'H100', gpus: 4, workload: { batchingMode: 'latency' } }),
    );
    expect(document.config.tensor_parallel_size).toBeGreaterThan(1);
  });

  it('says by how much and what would help where nothing fits', () => {
    const { document } = plan(requested({ model: 'meta-llama/Llama-3.1-70B-Instruct', gpu: 'RTX 4090', gpus: 2 }));
    expect(document.memory.verdict).toBe('fails');
    expect(document.performance).toBeNull();
    expect(document.memory.failure?.fixes.map((fix) => fix.change)).toContain('--tensor-parallel-size 8 on 8 GPUs');
    expect(document.warnings.map((warning) => warning.code)).toContain('NO_PERFORMANCE');
  });

  it('never recommends what the engine refuses, and is deterministic', () => {
    const models = [
      'Qwen/Qwen3-0.6B',
      'Qwen/Qwen3-8B',
      'Qwen/Qwen3-30B-A3B',
      'openai/gpt-oss-20b',
      'deepseek-ai/DeepSeek-V2-Lite',
      'google/gemma-2-9b-it',
    ];
    const gpus = ['T4', 'RTX 4090', 'L40S', 'A100 80GB', 'H100', 'B200', 'MI300X'];
    const wish = fc.record({
      model: fc.constantFrom(...models),
      gpu: fc.constantFrom(...gpus),
      gpus: fc.integer({ min: 1, max: 8 }),
      workload: fc.record({ concurrency: fc.integer({ min: 1, max: 200 }), promptTokens: fc.integer({ min: 1, max: 4000 }) }),
    });
    fc.assert(
      fc.property(wish, (one) => {
        const request = requested(one);
        const { document, args } = plan(request);
        if (document.memory.verdict === 'starts') {
          const checked = plan({ ...request, mode: 'check', args });
          expect(checked.document.memory.verdict).toBe('starts');
          expect(checked.document.memory.workers).toEqual(document.memory.workers);
        }
        expect(plan(request).document).toEqual(document);
      }),
      { numRuns: 40 },
    );
  });
});
