import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { parseServeCommand } from './parse-serve-command.ts';
import { defaultServeArgs, type ServeArgs } from './serve-args.ts';
import { serveArgv } from './serve-argv.ts';
import { parseRelease } from './version.ts';

const NEWEST = parseRelease('0.33.0');
const base = defaultServeArgs('a/b');

describe('serveArgv', () => {
  test.each<{ why: string; change: Partial<ServeArgs>; want: string[] }>([
    { why: 'the model alone', change: {}, want: [] },
    { why: 'flag and value are two tokens', change: { tensorParallelSize: 4 }, want: ['--tensor-parallel-size', '4'] },
    { why: 'a value with spaces stays one token', change: { servedModelName: 'my model' }, want: ['--served-model-name', 'my model'] },
    { why: 'a value with a dash in front is joined', change: { quantization: '-x' }, want: ['--quantization=-x'] },
    { why: 'a switch on', change: { enforceEager: true }, want: ['--enforce-eager'] },
    { why: 'a switch off', change: { enablePrefixCaching: false }, want: ['--no-enable-prefix-caching'] },
    { why: 'auto length', change: { maxModelLen: 'auto' }, want: ['--max-model-len', 'auto'] },
    { why: 'a fraction', change: { gpuMemoryUtilization: 0.925 }, want: ['--gpu-memory-utilization', '0.925'] },
    { why: 'optimization level', change: { optimizationLevel: 3 }, want: ['-O3'] },
    {
      why: 'compact JSON',
      change: { speculation: { method: 'eagle3', model: 'c/d', numSpeculativeTokens: 3 } },
      want: ['--speculative-config', '{"method":"eagle3","model":"c/d","num_speculative_tokens":3}'],
    },
    {
      why: 'limits per modality',
      change: { limitMmPerPrompt: { image: 2, video: 0 } },
      want: ['--limit-mm-per-prompt', '{"image":2,"video":0}'],
    },
    { why: 'capture sizes', change: { cudagraphCaptureSizes: [1, 2, 4] }, want: ['--cudagraph-capture-sizes', '1', '2', '4'] },
    {
      why: 'a compilation config that came as one is not repeated',
      change: {
        cudagraphMode: 'NONE',
        otherFlags: [{ name: '--compilation-config', value: '{"cudagraph_mode":"NONE","pass_config":{}}' }],
      },
      want: ['--compilation-config', '{"cudagraph_mode":"NONE","pass_config":{}}'],
    },
    {
      why: 'several values go behind one name',
      change: {
        otherFlags: [
          { name: '--lora-modules', value: 'x=y' },
          { name: '--lora-modules', value: 'z=w' },
          { name: '--seed', value: '7' },
        ],
      },
      want: ['--lora-modules', 'x=y', 'z=w', '--seed', '7'],
    },
    { why: 'an unknown switch is carried', change: { otherFlags: [{ name: '--headless', value: null }] }, want: ['--headless'] },
  ])('$why', ({ change, want }) => {
    expect(serveArgv({ ...base, ...change })).toEqual(['a/b', ...want]);
  });

  it('writes the older name of the capture sizes for an older release', () => {
    expect(serveArgv({ ...base, cudagraphCaptureSizes: [1, 2] }, parseRelease('0.10.2'))).toEqual(['a/b', '--cuda-graph-sizes', '1', '2']);
  });

  it('never writes swap space', () => {
    expect(serveArgv(base).join(' ')).not.toContain('swap');
  });
});

const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { nil: null });
const size = maybe(fc.integer({ min: 1, max: 1 << 20 }));
const word = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).filter((text) => !text.startsWith('-') && !text.includes('\0'));

const anyArgs: fc.Arbitrary<ServeArgs> = fc
  .record({
    model: word,
    servedModelName: maybe(word),
    revision: maybe(word),
    trustRemoteCode: fc.boolean(),
    dtype: maybe(fc.constantFrom('auto', 'half', 'bfloat16')),
    quantization: maybe(fc.constantFrom('fp8', 'awq', 'gptq')),
    kvCacheDtype: maybe(fc.constantFrom('auto', 'fp8')),
    maxModelLen: fc.oneof(size, fc.constant('auto' as const)),
    tensorParallelSize: size,
    pipelineParallelSize: size,
    dataParallelSize: size,
    decodeContextParallelSize: size,
    enableExpertParallel: maybe(fc.boolean()),
    numGpuBlocksOverride: size,
    blockSize: maybe(fc.constantFrom(16, 32)),
    enableChunkedPrefill: maybe(fc.boolean()),
    asyncScheduling: maybe(fc.boolean()),
    attentionBackend: maybe(fc.constantFrom('FLASH_ATTN', 'TRITON_ATTN')),
    disableSlidingWindow: fc.boolean(),
    maxLoras: size,
    skipMmProfiling: fc.boolean(),
    mmEncoderTpMode: maybe(fc.constantFrom('weights', 'data')),
    mambaCacheDtype: maybe(fc.constantFrom('auto', 'float32')),
    mambaSsmCacheDtype: maybe(fc.constantFrom('auto', 'float32')),
    mambaBlockSize: size,
    runner: maybe(fc.constantFrom('auto', 'generate', 'pooling')),
    gpuMemoryUtilization: maybe(fc.double({ min: 0.01, max: 1, noNaN: true })),
    kvCacheMemoryBytes: size,
    cpuOffloadGib: maybe(fc.double({ min: 0, max: 512, noNaN: true })),
    maxNumSeqs: size,
    maxNumBatchedTokens: size,
    enablePrefixCaching: maybe(fc.boolean()),
    enforceEager: maybe(fc.boolean()),
    cudagraphCaptureSizes: maybe(fc.array(fc.integer({ min: 1, max: 512 }), { minLength: 1, maxLength: 4 })),
    maxCudagraphCaptureSize: size,
    optimizationLevel: maybe(fc.integer({ min: 0, max: 3 })),
    disableHybridKvCacheManager: maybe(fc.boolean()),
    disableCustomAllReduce: fc.boolean(),
    performanceMode: maybe(fc.constantFrom('balanced', 'interactivity', 'throughput')),
    speculation: maybe(
      fc.record({ method: fc.constantFrom('eagle3', 'draft_model'), model: word, numSpeculativeTokens: fc.integer({ min: 1, max: 8 }) }),
    ),
    enableLora: fc.boolean(),
    maxLoraRank: maybe(fc.constantFrom(8, 16, 32)),
    limitMmPerPrompt: maybe(fc.dictionary(fc.constantFrom('image', 'video', 'audio'), fc.integer({ min: 0, max: 9 }), { minKeys: 1 })),
    languageModelOnly: fc.boolean(),
    mambaCacheMode: maybe(fc.constantFrom('none', 'align')),
    enableSleepMode: fc.boolean(),
    otherFlags: fc.subarray([
      { name: '--seed', value: '7' },
      { name: '--chat-template', value: './a b.jinja' },
      { name: '--enable-auto-tool-choice', value: null },
      { name: '--lora-modules', value: 'x=y' },
      { name: '--lora-modules', value: 'z=w' },
    ]),
  })
  .map((changes) => ({ ...base, ...changes }));

describe('round trip', () => {
  it('is read back by the parser as the same arguments', () => {
    fc.assert(
      fc.property(anyArgs, (args) => {
        expect(parseServeCommand(['vllm', 'serve', ...serveArgv(args, NEWEST)], NEWEST).args).toEqual(args);
      }),
      { numRuns: 200 },
    );
  });
});
