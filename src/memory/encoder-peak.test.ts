import { describe, expect, test } from 'vitest';
import { catalogModel, judge } from '../../test/support/judge.ts';
import { parseServeCommand } from '../engine/parse-serve-command.ts';
import { serveArgv } from '../engine/serve-argv.ts';
import { resolveVersion } from '../engine/version.ts';
import { encoderPeak } from './encoder-peak.ts';
import { ONE_GPU } from './layout.ts';

const MODEL = 'Qwen/Qwen2.5-VL-7B-Instruct';
const { version } = resolveVersion('0.20.2');

function peak(...words: readonly string[]) {
  const { args, findings } = parseServeCommand(['vllm', 'serve', MODEL, ...words], version);
  expect(findings).toEqual([]);
  const { settings } = judge({ model: MODEL, gpu: 'H100', version: '0.20.2', args });
  return encoderPeak(catalogModel(MODEL), settings, args, ONE_GPU);
}

describe('encoderPeak', () => {
  const whole = peak();

  test('is one image of 16,384 tokens unless something is said', () => {
    // 65,536 patches × 2 B × (4 × 1280 + 3 × 3420)
    expect(whole.transientBytes).toBe(65_536 * 2 * (4 * 1280 + 3 * 3420));
  });

  test('shrinks with the pixels of an image, of which more then fit the batch', () => {
    const pixels = 512 * 28 * 28;
    const asked = peak('--mm-processor-kwargs', JSON.stringify({ max_pixels: pixels }), '--max-num-batched-tokens', '2048');
    expect(asked.transientBytes).toBe((4 * 512 * 4 * whole.transientBytes) / 65_536);
    const nested = peak(
      '--mm-processor-kwargs',
      JSON.stringify({ images_kwargs: { size: { longest_edge: pixels } } }),
      '--max-num-batched-tokens',
      '2048',
    );
    expect(nested).toEqual(asked);
  });

  test('takes dummy items of the size that is asked for', () => {
    const asked = peak('--limit-mm-per-prompt', '{"image": {"count": 1, "width": 448, "height": 448}}');
    expect(asked.transientBytes).toBe((256 * 4 * whole.transientBytes) / 65_536);
  });

  test.each([
    ['--language-model-only'],
    ['--skip-mm-profiling'],
    ['--limit-mm-per-prompt', '{"image": 0}'],
    ['--limit-mm-per-prompt', '{"image": {"count": 0}}'],
  ])('is nothing with %s %s', (...words) => {
    expect(peak(...words)).toEqual({ transientBytes: 0, keptBytes: 0 });
  });
});

test('options of the limits survive into commands', () => {
  const limits = '{"video":{"count":1,"num_frames":32,"width":512,"height":512}}';
  const { args } = parseServeCommand(['vllm', 'serve', MODEL, '--limit-mm-per-prompt', limits], version);
  expect(args.limitMmPerPrompt).toEqual({ video: 1 });
  expect(serveArgv(args, version).filter((word) => word.includes('num_frames'))).toEqual([limits]);
});
