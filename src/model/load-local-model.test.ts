import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { isPath, loadLocalModel, readTextFile } from './load-local-model.ts';
import { readCheckpointBytes } from './read-checkpoint-bytes.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'local-model-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(name: string, content: unknown): void {
  writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
}

describe('loadLocalModel', () => {
  const config = { model_type: 'llama', hidden_size: 64 };

  it('reads the folder, or the file by name', async () => {
    write('config.json', config);
    write('model.safetensors.index.json', { metadata: { total_size: 1234 }, weight_map: {} });
    write('hf_quant_config.json', { quantization: { quant_algo: 'FP8' } });
    const want = { folder, config, hfQuantConfig: { quantization: { quant_algo: 'FP8' } }, checkpointBytes: 1234 };
    expect(await loadLocalModel(folder, readTextFile)).toEqual(want);
    expect(await loadLocalModel(`${folder}/`, readTextFile)).toEqual(want);
    expect(await loadLocalModel(`${folder}/config.json`, readTextFile)).toEqual(want);
  });

  it('takes early GPTQ settings from the file beside config.json, where config.json has none', async () => {
    write('config.json', config);
    write('quantize_config.json', { bits: 4, group_size: 128 });
    expect((await loadLocalModel(folder, readTextFile))?.config).toEqual({
      ...config,
      quantization_config: { quant_method: 'gptq', bits: 4, group_size: 128 },
    });
    write('config.json', { ...config, quantization_config: { quant_method: 'awq' } });
    expect((await loadLocalModel(folder, readTextFile))?.config).toMatchObject({ quantization_config: { quant_method: 'awq' } });
  });

  it('is null for a folder without a config.json', async () => {
    expect(await loadLocalModel(folder, readTextFile)).toBeNull();
    expect(await loadLocalModel(join(folder, 'missing'), readTextFile)).toBeNull();
  });

  it('names the file: empty, and 50 MB', async () => {
    write('config.json', '');
    await expect(loadLocalModel(folder, readTextFile)).rejects.toMatchObject({
      code: 'MODEL_UNREADABLE',
      facts: { file: `${folder}/config.json` },
    });
    truncateSync(join(folder, 'config.json'), 50e6);
    await expect(loadLocalModel(folder, readTextFile)).rejects.toMatchObject({
      code: 'MODEL_UNREADABLE',
      facts: { file: `${folder}/config.json` },
    });
  });
});

test.each([
  ['./model', true],
  ['/models/llama', true],
  ['~/llama', true],
  ['..', true],
  ['C:\\models\\llama', true],
  ['llama/config.json', true],
  ['Qwen/Qwen3-8B', false],
  ['qwen3-8b', false],
])('isPath(%s) is %s', (name, want) => {
  expect(isPath(name)).toBe(want);
});

test.each([
  ['{"metadata":{"total_size":123},"weight_map":{}}', 123],
  ['{\n  "metadata": {\n    "format": "pt",\n    "total_size": 16060522496.0\n  },', 16_060_522_496],
  ['{"metadata":{},"weight_map":{"total_size":1}}', null],
  ['not json', null],
])('readCheckpointBytes(%s) is %s', (text, want) => {
  expect(readCheckpointBytes(text)).toBe(want);
});
