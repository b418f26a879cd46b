import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyServeWords, parseServeCommand } from './parse-serve-command.ts';
import { defaultServeArgs } from './serve-args.ts';
import { resolveVersion } from './version.ts';

const at = (version: string) => resolveVersion(version).version;
const parse = (line: string, version = '0.24') => parseServeCommand([line], at(version));
const args = (flags: string, version = '0.24') => parse(`vllm serve a/b ${flags}`, version).args;
const codes = (flags: string, version = '0.24') =>
  parse(`vllm serve a/b ${flags}`, version).findings.map((f) => (f.fatal ? f.code : `(${f.code})`));

describe('the program', () => {
  test.each([
    { line: 'vllm serve a/b', model: 'a/b' },
    { line: '/opt/venv/bin/vllm serve a/b', model: 'a/b' },
    { line: 'vllm serve --port 8000 a/b', model: 'a/b' },
    { line: 'vllm serve --model a/b', model: 'a/b' },
    { line: 'python3 -m vllm.entrypoints.openai.api_server --model a/b', model: 'a/b' },
    { line: 'python3.12 -m vllm.entrypoints.openai.api_server --model=a/b', model: 'a/b' },
    { line: "VLLM_USE_V1=1 HF_HOME='/my cache' vllm serve a/b", model: 'a/b' },
    { line: 'env A=1 vllm serve a/b \\\n  --port 1', model: 'a/b' },
  ])('$line', ({ line, model }) => {
    const parsed = parse(line);
    expect(parsed.args.model).toBe(model);
    expect(parsed.findings.filter((f) => f.fatal)).toEqual([]);
  });

  test('assignments before the command are kept', () => {
    expect(parse("VLLM_USE_V1=1 X='a b' vllm serve m").args.env).toEqual({ VLLM_USE_V1: '1', X: 'a b' });
  });

  test.each(['', 'docker run x', 'vllm bench serve', 'vllm serve', 'python -m vllm.entrypoints.openai.api_server'])(
    '"%s" is refused',
    (line) => {
      expect(() => parse(line)).toThrow(/The command/);
    },
  );
});

describe('values', () => {
  test.each([
    { flags: '--max-model-len 32768', want: { maxModelLen: 32768 } },
    { flags: '--max-model-len=32k', want: { maxModelLen: 32000 } },
    { flags: '--max_model_len 32K', want: { maxModelLen: 32768 } },
    { flags: '--max-model-len 25.6k', want: { maxModelLen: 25600 } },
    { flags: '--max-model-len auto', want: { maxModelLen: 'auto' } },
    { flags: '--max-model-len -1', want: { maxModelLen: 'auto' } },
    {
      flags: '-tp 2 -pp=2 -dp 4 -ep',
      want: { tensorParallelSize: 2, pipelineParallelSize: 2, dataParallelSize: 4, enableExpertParallel: true },
    },
    { flags: '-q fp8', want: { quantization: 'fp8' } },
    { flags: '-dcp 2', want: { decodeContextParallelSize: 2 } },
    { flags: '--gpu-memory-utilization .95', want: { gpuMemoryUtilization: 0.95 } },
    { flags: '--no-enable-prefix-caching --enforce-eager', want: { enablePrefixCaching: false, enforceEager: true } },
    { flags: '--kv-cache-memory-bytes 10G', want: { kvCacheMemoryBytes: 10 * 2 ** 30 } },
    { flags: '--cudagraph-capture-sizes 1 2 4 --port 1', want: { cudagraphCaptureSizes: [1, 2, 4] } },
    { flags: '-O1', want: { optimizationLevel: 1 } },
    { flags: '-O 0', want: { optimizationLevel: 0 } },
    { flags: '-cc \'{"cudagraph_mode": "piecewise"}\'', want: { cudagraphMode: 'PIECEWISE' } },
    { flags: '--compilation-config.cudagraph_mode NONE', want: { cudagraphMode: 'NONE' } },
    { flags: '-cc.cudagraph_mode=NONE', want: { cudagraphMode: 'NONE' } },
    { flags: '--compilation-config.cudagraph_capture_sizes+ 1,2', want: { cudagraphCaptureSizes: [1, 2] } },
    { flags: `--limit-mm-per-prompt '{"image": 2, "video": {"count": 1}}'`, want: { limitMmPerPrompt: { image: 2, video: 1 } } },
    { flags: '--limit-mm-per-prompt.image 3', want: { limitMmPerPrompt: { image: 3 } } },
    {
      flags: `-sc '{"method": "ngram", "num_speculative_tokens": 3}'`,
      want: { speculation: { method: 'ngram', model: null, numSpeculativeTokens: 3 } },
    },
    { flags: '--spec-method mtp --spec-tokens 2', want: { speculation: { method: 'mtp', model: null, numSpeculativeTokens: 2 } } },
    { flags: '--enable-lora --max-loras 4 --max-lora-rank 64', want: { enableLora: true, maxLoras: 4, maxLoraRank: 64 } },
    { flags: `--kv-transfer-config '{"kv_connector": "X"}'`, want: { kvTransferConfig: true } },
    { flags: '--max-num-batched 4096', want: { maxNumBatchedTokens: 4096 } },
  ])('$flags', ({ flags, want }) => {
    expect(args(flags)).toMatchObject(want);
    expect(codes(flags).filter((code) => !code.startsWith('('))).toEqual([]);
  });

  test('old spellings in old releases', () => {
    expect(args('--limit-mm-per-prompt image=2,video=1', '0.8.5').limitMmPerPrompt).toEqual({ image: 2, video: 1 });
    expect(args('-O \'{"cudagraph_capture_sizes": [1, 2]}\'', '0.11.0').cudagraphCaptureSizes).toEqual([1, 2]);
    expect(args('-O3', '0.10.2').optimizationLevel).toBeNull();
    expect(codes('-O3', '0.10.2')).toEqual([]);
  });

  test('flags without a field are carried on in order', () => {
    expect(args('--port 8001 --enable-auto-tool-choice --tool-call-parser hermes').otherFlags).toEqual([
      { name: '--port', value: '8001' },
      { name: '--enable-auto-tool-choice', value: null },
      { name: '--tool-call-parser', value: 'hermes' },
    ]);
  });
});

describe('what the engine refuses', () => {
  test.each([
    { flags: '--swap-space 4', version: '0.24', want: ['FLAG_REMOVED'] },
    { flags: '--swap-space 4', version: '0.17.1', want: [] },
    { flags: '--task generate', version: '0.13', want: ['FLAG_REMOVED'] },
    { flags: '--kv-cache-memory-bytes 1G', version: '0.10.1', want: ['FLAG_TOO_NEW'] },
    { flags: '--max-modle-len 8', version: '0.24', want: ['FLAG_UNKNOWN'] },
    { flags: '--max-model-len -5', version: '0.24', want: ['FLAG_VALUE'] },
    { flags: '--max-model-len 1.5K', version: '0.24', want: ['FLAG_VALUE'] },
    { flags: '--max-model-len auto', version: '0.13', want: ['FLAGS_CONTRADICT'] },
    { flags: '--dtype fp16', version: '0.24', want: ['FLAG_VALUE'] },
    { flags: '--kv-cache-dtype nvfp4', version: '0.12', want: ['FLAG_VALUE'] },
    { flags: '--kv-cache-dtype nvfp4', version: '0.24', want: [] },
    { flags: '--quantization gguf', version: '0.27', want: ['FLAG_VALUE'] },
    { flags: '--gpu-memory-utilization 1.2', version: '0.24', want: ['FLAG_VALUE'] },
    { flags: '--block-size 48', version: '0.11.2', want: ['FLAG_VALUE'] },
    { flags: '--port eighty', version: '0.24', want: ['FLAG_VALUE'] },
    { flags: '--port', version: '0.24', want: ['FLAG_VALUE'] },
    { flags: '--enforce-eager=True', version: '0.24', want: ['FLAG_VALUE'] },
    { flags: '--compilation-config {', version: '0.24', want: ['FLAG_VALUE'] },
    { flags: '--limit-mm-per-prompt image=2', version: '0.24', want: ['FLAG_VALUE'] },
    { flags: 'stray words', version: '0.24', want: ['ARGUMENT_UNKNOWN'] },
    { flags: '--max-num 5', version: '0.24', want: ['FLAG_UNKNOWN'] },
    { flags: '--max-num-seqs 4 --max-num-seqs 8', version: '0.24', want: ['(FLAG_REPEATED)'] },
  ])('$flags on $version', ({ flags, version, want }) => {
    expect(codes(flags, version)).toEqual(want);
  });

  test('a finding names the flag, the release that had it, and what to write', () => {
    const [finding] = parse('vllm serve a/b --disable-mm-preprocessor-cache', '0.24').findings;
    expect(finding).toEqual({
      code: 'FLAG_REMOVED',
      message: 'vLLM 0.24.0 has no flag --disable-mm-preprocessor-cache: 0.12.0 was the last release with it.',
      fix: 'Use --mm-processor-cache-gb 0 instead.',
      fatal: true,
    });
    expect(parse('vllm serve a/b --gpu-memory-utilisation 0.9').findings[0]?.fix).toBe('Did you mean --gpu-memory-utilization?');
  });
});

test('any words give findings or one clear error, never a crash', () => {
  const word = fc.oneof(
    fc.string({ maxLength: 12 }),
    fc.constantFrom(
      '--max-model-len',
      '-O',
      '-O3',
      '-O.x',
      '--',
      '-',
      '-cc.a.b',
      '--limit-mm-per-prompt',
      '{"a": [1',
      '--no-enforce-eager',
      '-1',
      '=',
      '--=',
      '--.x=1',
    ),
    fc.string({ maxLength: 6 }).map((text) => `--${text}`),
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 12 }), fc.constantFrom('0.8.5', '0.11.0', '0.24.0', '0.33.0'), (words, version) => {
      const { findings } = parseServeCommand(['vllm', 'serve', 'a/b', ...words], at(version));
      return findings.every((finding) => finding.message.length > 0);
    }),
  );
});

test('flags of a profile are applied on top of arguments', () => {
  const { args: result, findings } = applyServeWords(defaultServeArgs('m'), ['--max-num-seqs', '64', '--swap-space', '4'], at('0.24'));
  expect(result.maxNumSeqs).toBe(64);
  expect(findings.map((f) => f.code)).toEqual(['FLAG_REMOVED']);
});
