import { describe, expect, it, test } from 'vitest';
import { parseServeCommand } from '../../engine/parse-serve-command.ts';
import { parseRelease, type Release } from '../../engine/version.ts';
import { engineKwargs } from './engine-kwargs.ts';

function kwargs(command: string | readonly string[], release: Release = '0.29.0'): Record<string, unknown> {
  const version = parseRelease(release);
  const words = typeof command === 'string' ? command.split(' ') : command;
  return engineKwargs(parseServeCommand(['vllm', 'serve', 'a/b', ...words], version).args, version);
}

describe('engineKwargs', () => {
  test.each([
    { why: 'numbers', flags: '-tp 8 --gpu-memory-utilization 0.9', want: { tensor_parallel_size: 8, gpu_memory_utilization: 0.9 } },
    { why: 'a size', flags: '--max-num-batched-tokens 8k', want: { max_num_batched_tokens: 8000 } },
    { why: 'switches', flags: '--enforce-eager --no-enable-prefix-caching', want: { enforce_eager: true, enable_prefix_caching: false } },
    { why: 'a level', flags: '-O3', want: { optimization_level: 3 } },
    { why: 'a length that the engine finds', flags: '--max-model-len auto', want: { max_model_len: -1 } },
    { why: 'text that looks like a number', flags: '--revision 1234567', want: { revision: '1234567' } },
    { why: 'JSON', flags: '--hf-overrides {"a":{"b":1}}', want: { hf_overrides: { a: { b: 1 } } } },
    { why: 'a list of numbers', flags: '--cudagraph-capture-sizes 1 2 4', want: { cudagraph_capture_sizes: [1, 2, 4] } },
    { why: 'a list of words', flags: '--logits-processors x.Y z.W', want: { logits_processors: ['x.Y', 'z.W'] } },
    { why: 'dotted JSON', flags: '--compilation-config.mode 3', want: { compilation_config: { mode: 3 } } },
    {
      why: 'the API',
      flags: '--enable-auto-tool-choice --tool-call-parser hermes',
      want: { enable_auto_tool_choice: true, tool_call_parser: 'hermes' },
    },
  ])('types $why', ({ flags, want }) => {
    expect(kwargs(flags)).toEqual(want);
  });

  it('leaves out what Ray decides or says elsewhere', () => {
    const command =
      '--port 9000 --host 0.0.0.0 --served-model-name x --nnodes 2 --node-rank 1 --distributed-executor-backend mp --headless';
    expect(kwargs(command)).toEqual({});
    expect(kwargs('--shutdown-timeout 30 --api-server-count 4')).toEqual({});
  });

  it('leaves templates alone', () => {
    expect(kwargs(['--chat-template', '{{ x }}'])).toEqual({ chat_template: '{{ x }}' });
  });
});
