import { expect, test } from 'vitest';
import { listCheckpoints } from './list-checkpoints.ts';
import { loadModelIndex } from './load-models.ts';

test.each([
  {
    why: 'from the 16-bit model to its copies',
    id: 'Qwen/Qwen3-32B',
    want: [
      { id: 'Qwen/Qwen3-32B', quantization: 'none' },
      { id: 'Qwen/Qwen3-32B-AWQ', quantization: 'awq' },
      { id: 'Qwen/Qwen3-32B-FP8', quantization: 'fp8-block' },
      { id: 'Qwen/Qwen3-32B-FP8-Static-PerTensor', quantization: 'fp8' },
      { id: 'RedHatAI/Qwen3-32B-FP8-dynamic', quantization: 'fp8-dynamic' },
      { id: 'nvidia/Qwen3-32B-NVFP4', quantization: 'nvfp4' },
    ],
  },
  {
    why: 'from one copy to the others, also where the maker is in the name',
    id: 'hugging-quants/Meta-Llama-3.1-8B-Instruct-AWQ-INT4',
    want: expect.arrayContaining([
      { id: 'meta-llama/Llama-3.1-8B-Instruct', quantization: 'none' },
      { id: 'RedHatAI/Meta-Llama-3.1-8B-Instruct-quantized.w4a16', quantization: 'w4a16' },
    ]),
  },
  { why: 'a model that it does not know', id: 'acme/tiny-8b', want: [] },
])('$why: $id', ({ id, want }) => {
  expect(listCheckpoints(id, loadModelIndex())).toEqual(want);
});
