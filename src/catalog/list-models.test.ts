import { describe, expect, it } from 'vitest';
import { listModels } from './list-models.ts';
import { loadModelIndex } from './load-models.ts';

const index = loadModelIndex();

describe('listModels', () => {
  it('shows what is needed to choose, sorted by id', () => {
    expect(listModels(index, ['qwen3-32b'])).toMatchInlineSnapshot(`
      [
        {
          "active_parameters": null,
          "context_limit": 40960,
          "id": "Qwen/Qwen3-32B",
          "parameters": 32762123264,
          "quantization": "none",
          "source": {
            "detail": "embedded catalog",
            "kind": "catalog",
          },
        },
        {
          "active_parameters": null,
          "context_limit": 40960,
          "id": "Qwen/Qwen3-32B-AWQ",
          "parameters": 32762123264,
          "quantization": "awq",
          "source": {
            "detail": "the shape of Qwen/Qwen3-32B",
            "kind": "derived",
          },
        },
        {
          "active_parameters": null,
          "context_limit": 40960,
          "id": "Qwen/Qwen3-32B-FP8",
          "parameters": null,
          "quantization": "fp8-block",
          "source": {
            "detail": "embedded catalog",
            "kind": "catalog",
          },
        },
        {
          "active_parameters": null,
          "context_limit": 40960,
          "id": "Qwen/Qwen3-32B-FP8-Static-PerTensor",
          "parameters": null,
          "quantization": "fp8",
          "source": {
            "detail": "embedded catalog",
            "kind": "catalog",
          },
        },
        {
          "active_parameters": null,
          "context_limit": 40960,
          "id": "RedHatAI/Qwen3-32B-FP8-dynamic",
          "parameters": 32766710784,
          "quantization": "fp8-dynamic",
          "source": {
            "detail": "the shape of Qwen/Qwen3-32B",
            "kind": "derived",
          },
        },
        {
          "active_parameters": null,
          "context_limit": 40960,
          "id": "nvidia/Qwen3-32B-NVFP4",
          "parameters": 17159312384,
          "quantization": "nvfp4",
          "source": {
            "detail": "the shape of Qwen/Qwen3-32B",
            "kind": "derived",
          },
        },
      ]
    `);
  });

  it('wants every word', () => {
    expect(listModels(index, ['llama', 'AWQ']).map((model) => model.id)).toEqual(
      expect.arrayContaining(['hugging-quants/Meta-Llama-3.1-8B-Instruct-AWQ-INT4']),
    );
    expect(listModels(index, ['llama', 'no-such-word'])).toEqual([]);
  });

  it('lists no id twice and none without an organisation', () => {
    const ids = listModels(index).map((model) => model.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.every((id) => id.includes('/'))).toBe(true);
  });
});
