import { describe, expect, it, test } from 'vitest';
import { from, type GpuSpec } from '../../src/catalog/gpu-spec.ts';
import { testDocument } from '../../src/cli/test-document.ts';
import type { PlanDocument } from '../../src/plan/plan-document.ts';
import { rooflineOf } from './roofline.ts';

const base = testDocument();
const [worker] = base.memory.workers;
const cache = base.memory.kv_cache;

const gpu: GpuSpec = {
  id: 'acme',
  label: 'ACME',
  vendor: 'nvidia',
  architecture: 'test',
  names: ['acme'],
  memoryBandwidthBytesPerS: from('test', 1e12),
  denseFlopsPerS: { bf16: from('test', 1e14), fp8: from('test', 2e14) },
  integrated: false,
  peerToPeer: true,
};

interface Change {
  readonly model?: Partial<PlanDocument['model']>;
  readonly workload?: Partial<PlanDocument['workload']>;
  readonly config?: Partial<PlanDocument['config']>;
}

/** 8e9 parameters in 16e9 bytes; a request at the full 2,000 tokens holds 2e9 bytes, hence 1e6 a token; 10 such requests fit. */
function documentWith({ model, workload, config }: Change): PlanDocument {
  if (worker === undefined || cache === null) throw new Error('the test document has a memory plan');
  return testDocument({
    model: { ...base.model, parameters: 8e9, active_parameters: null, quantization: 'none', ...model },
    workload: { ...base.workload, prompt_tokens: 500, gen_tokens: 1000, concurrency: 1, request_rate: null, ...workload },
    config: { ...base.config, tensor_parallel_size: 1, pipeline_parallel_size: 1, data_parallel_size: 1, max_num_seqs: 256, ...config },
    memory: {
      ...base.memory,
      workers: [{ ...worker, count: 1, weights_bytes: 16e9 }],
      kv_cache: { ...cache, bytes_per_request: 2e9, max_model_len: 2000, max_concurrency: 10 },
    },
  });
}

describe('rooflineOf', () => {
  // Weights 16 GB at 1 TB/s are 16 ms; a user at 500 + 1000 / 2 tokens reads 1 GB, 1 ms. 2 × 8e9 × 500 FLOPs at 1e14 are 80 ms.
  test.each([
    { why: 'one user', change: {}, tpotMs: 17, ttftMs: 80 },
    { why: 'each user adds its cache', change: { workload: { concurrency: 8 } }, tpotMs: 24, ttftMs: 80 },
    // 10 requests of 2,000 tokens are 13.33 of 1,500.
    { why: 'the cache keeps users out', change: { workload: { concurrency: 99 } }, tpotMs: 16 + 20_000 / 1500, ttftMs: 80 },
    {
      why: 'so does the limit on sequences',
      change: { workload: { concurrency: 99 }, config: { max_num_seqs: 4 } },
      tpotMs: 20,
      ttftMs: 80,
    },
    {
      why: 'replicas share the users',
      change: { workload: { concurrency: 8 }, config: { data_parallel_size: 2 } },
      tpotMs: 20,
      ttftMs: 80,
    },
    { why: 'tensor ranks share the prompt', change: { config: { tensor_parallel_size: 4 } }, tpotMs: 17, ttftMs: 20 },
    { why: 'fp8 weights multiply in fp8', change: { model: { quantization: 'fp8' } }, tpotMs: 17, ttftMs: 40 },
    { why: 'without the unit in 16 bits', change: { model: { quantization: 'modelopt_fp4' } }, tpotMs: 17, ttftMs: 80 },
    { why: 'a mixture reads what is active', change: { model: { active_parameters: 2e9 } }, tpotMs: 5, ttftMs: 20 },
    {
      why: 'and never more than all of it',
      change: { model: { active_parameters: 2e9 }, workload: { concurrency: 8 } },
      tpotMs: 24,
      ttftMs: 20,
    },
    // users = 5 × 1000 × (16 + users) / 1000 has no fixed point below the limit: the queue grows to it.
    {
      why: 'a rate above the capacity fills the server',
      change: { workload: { request_rate: 5 }, config: { max_num_seqs: 4 } },
      tpotMs: 20,
      ttftMs: 80,
    },
    // users = 0.2 × 1000 × (16 + users) ms = 3.2 + 0.2 users, so 4.
    { why: 'a rate below it: Little', change: { workload: { request_rate: 0.2 } }, tpotMs: 20, ttftMs: 80 },
  ])('$why', ({ change, tpotMs, ttftMs }) => {
    const figures = rooflineOf(documentWith(change), gpu);
    expect(figures?.tpotMs).toBeCloseTo(tpotMs, 9);
    expect(figures?.ttftMs).toBeCloseTo(ttftMs, 9);
  });

  it('knows nothing without a memory plan, and no TTFT without a compute rate', () => {
    expect(rooflineOf(testDocument({ memory: { ...base.memory, workers: [] } }), gpu)).toBeNull();
    expect(rooflineOf(documentWith({}), { ...gpu, denseFlopsPerS: {} })?.ttftMs).toBeNull();
  });
});
