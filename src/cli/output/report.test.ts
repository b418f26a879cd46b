import { describe, expect, test } from 'vitest';
import { testDocument } from '../test-document.ts';
import { renderReport } from './report.ts';

const plain = { colour: false, explain: false, next: ['vllm serve acme/tiny-8b --max-model-len 8192'] };

describe('renderReport', () => {
  test('says the answer first, then memory, cache, speed, settings, remarks, what to run', () => {
    expect(renderReport(testDocument(), plain)).toMatchInlineSnapshot(`
      "FITS: acme/tiny-8b on 1 x NVIDIA L4, vLLM 0.24.0
      It starts, with room for 3.84 requests of 8,192 tokens at once. Risk of
      running out of memory: low.

      Memory of one GPU
        ███████████████████████████████████████████▓▓▓▓▒░▞▞▞▞▞▞▞▞▞▞▞···· 22.0 GiB
        █ weights 14.96 GiB  ▓ activation 1.21 GiB  ▒ graphs 0.09 GiB
        ░ other 0.49 GiB  ▞ KV cache 3.84 GiB  · free 1.39 GiB

                                 GiB  90 % range
        GPU total              21.98
        budget of the engine   20.22
        weights                14.96
        peak activation         1.21  1.12 to 1.40
        outside torch           0.12  0.09 to 0.19
        CUDA graphs             0.09  0.05 to 0.19
        left for the KV cache   3.84  3.54 to 4.10

      KV cache
        31,440 tokens (29,000 to 33,500) in 1,965 blocks of 16, bfloat16
        3.84 requests of 8,192 tokens at once; 1.00 GiB each
        asked for: 4 requests of 512 + 256 tokens

      Speed with 4 clients, basis: roofline
                                     mean  90 % range
        time to first token        151 ms  100 to 200
        time per output token     58.1 ms  50.0 to 70.0
        output tokens per second     68.1  57.0 to 79.0
        requests per second          0.27
        - weights and cache are read at the full bandwidth of the memory

      Settings (reasons: --explain)
        tensor_parallel_size    1
        pipeline_parallel_size  1
        data_parallel_size      1
        dtype                   bfloat16
        gpu_memory_utilization  0.92
        max_model_len           8192
        kv_cache_dtype          auto
        max_num_seqs            256
        max_num_batched_tokens  2048
        enable_prefix_caching   true
        block_size              16

      Mind
        - The context was cut to what fits. Add a GPU for more.
        - Model facts: embedded catalog (catalog).

      Next
        vllm serve acme/tiny-8b --max-model-len 8192
      "
    `);
  });

  test('says what does not fit, and what would help', () => {
    const { memory } = testDocument();
    const failure = {
      kind: 'max_model_len_exceeds_kv',
      message:
        "To serve at least one request with the models's max seq len (131072), 16.00 GiB KV cache is needed, which is larger than the available KV cache memory (3.84 GiB).",
      fixes: [
        { change: '--max-model-len 31440', effect: 'starts, with one request of that length' },
        { change: '--kv-cache-dtype fp8', effect: 'halves the cache' },
      ],
    };
    const text = renderReport(testDocument({ memory: { ...memory, verdict: 'fails', failure }, performance: null }), {
      ...plain,
      next: [],
    });
    expect(text.slice(0, text.indexOf('Memory:'))).toMatchInlineSnapshot(`
      "DOES NOT START: acme/tiny-8b on 1 x NVIDIA L4, vLLM 0.24.0
      To serve at least one request with the models's max seq len (131072), 16.00
      GiB KV cache is needed, which is larger than the available KV cache memory
      (3.84 GiB).

      What would help, best first
        1. --max-model-len 31440: starts, with one request of that length
        2. --kv-cache-dtype fp8: halves the cache

      Memory of one GPU
        ███████████████████████████████████████████▓▓▓▓▒░▞▞▞▞▞▞▞▞▞▞▞···· 22.0 GiB
        █ weights 14.96 GiB  ▓ activation 1.21 GiB  ▒ graphs 0.09 GiB
        ░ other 0.49 GiB  ▞ KV cache 3.84 GiB  · free 1.39 GiB

                                 GiB  90 % range
        GPU total              21.98
        budget of the engine   20.22
        weights                14.96
        peak activation         1.21  1.12 to 1.40
        outside torch           0.12  0.09 to 0.19
        CUDA graphs             0.09  0.05 to 0.19
        left for the KV cache   3.84  3.54 to 4.10

      KV cache
        31,440 tokens (29,000 to 33,500) in 1,965 blocks of 16, bfloat16
        3.84 requests of 8,192 tokens at once; 1.00 GiB each
        asked for: 4 requests of 512 + 256 tokens

      Settings (reasons: --explain)
        tensor_parallel_size    1
        pipeline_parallel_size  1
        data_parallel_size      1
        dtype                   bfloat16
        gpu_memory_utilization  0.92
        max_model_len           8192
        kv_cache_dtype          auto
        max_num_seqs            256
        max_num_batched_tokens  2048
        enable_prefix_caching   true
        block_size              16

      Mind
        - The context was cut to what fits. Add a GPU for more.
        - Model facts: embedded catalog (catalog)."
    `);
  });

  test('gives reasons when asked', () => {
    const text = renderReport(testDocument(), { ...plain, explain: true });
    expect(text).toContain('  max_model_len = 8192\n    the longest length of which 4 requests fit at once');
  });

  test.each([false, true])('keeps to 80 columns (explain: %s)', (explain) => {
    const lines = renderReport(testDocument(), { ...plain, explain }).split('\n');
    expect(lines.filter((line) => [...line].length > 80)).toEqual([]);
  });

  test('is the same text with and without colour', () => {
    const coloured = renderReport(testDocument(), { ...plain, colour: true });
    expect(coloured).toContain('\u001b[32m');
    const escapes = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g');
    expect(coloured.replaceAll(escapes, '')).toBe(renderReport(testDocument(), plain));
  });
});
