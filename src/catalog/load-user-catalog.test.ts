import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { loadModelCatalog } from './load-models.ts';
import { loadUserCatalog } from './load-user-catalog.ts';
import { withModels } from './model-catalog.ts';
import { resolveModelId } from './resolve-model-id.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'user-catalog-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(name: string, content: unknown): void {
  writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
}

const config = { architectures: ['LlamaForCausalLM'], model_type: 'llama', hidden_size: 64 };
const gpu = {
  id: 'acme-x1',
  label: 'ACME X1 48 GB',
  vendor: 'nvidia',
  architecture: 'Ada Lovelace',
  computeCapability: '8.9',
  names: ['acme x1 [48gb]'],
  nvmlTotalBytes: { value: 48_305_799_168, source: 'nvidia-smi' },
  memoryBandwidthBytesPerS: { value: 864_000_000_000, source: 'vendor datasheet' },
  denseFlopsPerS: { bf16: { value: 181_000_000_000_000, source: 'vendor datasheet, dense' } },
  integrated: false,
  peerToPeer: true,
};

describe('loadUserCatalog', () => {
  it('reads a model with its facts, a bare config.json, and GPUs', () => {
    write('acme--tiny-8b.json', { id: 'acme/tiny-8b', config, parameters: 8_000_000_000 });
    write('acme--bare-1b.json', config);
    write('gpus.json', [gpu]);
    const { models, gpus } = loadUserCatalog(folder);
    expect(models).toMatchObject([
      { id: 'acme/bare-1b', config, parameters: null },
      { id: 'acme/tiny-8b', config, parameters: 8_000_000_000, hfQuantConfig: null },
    ]);
    expect(gpus).toEqual([gpu]);
  });

  it('puts its models before those of the package', () => {
    write('Qwen--Qwen3-8B.json', config);
    write('acme--tiny-8b.json', config);
    const catalog = withModels(loadModelCatalog(), loadUserCatalog(folder).models, folder);
    expect(catalog.record('Qwen/Qwen3-8B')?.config).toEqual(config);
    expect(resolveModelId('acme/tiny-8b', catalog.index)).toMatchObject({ resolution: { kind: 'catalog', detail: folder } });
    expect(catalog.record('Qwen/Qwen3-14B')?.config).toMatchObject({ hidden_size: 5120 });
    expect(resolveModelId('tiny-8b-AWQ', catalog.index)).toMatchObject({
      resolution: { base: { id: 'acme/tiny-8b' }, quantization: { name: 'awq' } },
    });
  });

  test.each([
    { why: 'not JSON', file: 'acme--a.json', content: '{"id": ', says: 'is not JSON' },
    { why: 'an empty file', file: 'acme--a.json', content: '', says: 'is not JSON' },
    { why: 'something else', file: 'acme--a.json', content: { name: 'x' }, says: 'neither' },
    { why: 'an id that is none', file: 'acme--a.json', content: { id: 'a b', config }, says: 'at "id": must be a Hub id' },
    { why: 'a count that is none', file: 'acme--a.json', content: { id: 'a/b', config, parameters: -1 }, says: 'at "parameters"' },
    {
      why: 'a GPU without a bandwidth',
      file: 'gpus.json',
      content: [{ ...gpu, memoryBandwidthBytesPerS: undefined }],
      says: 'at "0.memoryBandwidthBytesPerS"',
    },
    {
      why: 'GB written for bytes',
      file: 'gpus.json',
      content: [{ ...gpu, memoryBandwidthBytesPerS: { value: 864, source: 'x' } }],
      says: 'at "0.memoryBandwidthBytesPerS.value"',
    },
    { why: 'a field of no GPU', file: 'gpus.json', content: [{ ...gpu, vram: 48 }], says: 'vram' },
    { why: 'more than 8 MiB', file: 'acme--a.json', content: ' '.repeat(9 * 2 ** 20), says: 'bytes, more than' },
  ])('names the file: $why', ({ file, content, says }) => {
    write(file, content);
    expect(() => loadUserCatalog(folder)).toThrow(
      expect.objectContaining({ code: 'CATALOG_UNREADABLE', message: expect.stringContaining(says), facts: { file: join(folder, file) } }),
    );
  });

  it('names a folder that is none, or is empty', () => {
    expect(() => loadUserCatalog(folder)).toThrow('has no ORG--NAME.json');
    expect(() => loadUserCatalog(join(folder, 'missing'))).toThrow('is not a folder');
  });

  it('refuses two files for one model', () => {
    write('acme--a.json', { id: 'acme/tiny', config });
    write('acme--b.json', { id: 'acme/tiny', config });
    expect(() => loadUserCatalog(folder)).toThrow('two files for the model "acme/tiny"');
  });
});
