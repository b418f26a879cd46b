import { cpuUsage } from 'node:process';
import { expect, it } from 'vitest';
import { drawLengths } from '../load/draw-lengths.ts';
import { simulate } from './simulate.ts';
import type { SimulationInput } from './simulation.ts';
import { testInput } from './test-support.ts';

/** 1,024 tokens in and out, 10 % around, enough cache. */
function benchmark(prompts: number, concurrency: number): SimulationInput {
  const input = testInput({
    requests: [],
    limits: { maxNumBatchedTokens: 8192, maxNumSeqs: 1024, asyncScheduling: true, numBlocks: 40_000 },
    stepTime: ({ decodes, decodeContextTokens }) => 0.004 + decodes * 1e-5 + decodeContextTokens * 5e-9,
  });
  const requests = drawLengths({ prompts, promptTokens: 1024, outputTokens: 1024, rangeRatio: 0.1, prefixHitRate: 0, seed: 1 });
  return { ...input, load: { requests, concurrency, sendS: null } };
}

/** Processor time, which a busy machine does not lengthen much. */
function cpuMs(run: () => void): number {
  const before = cpuUsage();
  run();
  const { user, system } = cpuUsage(before);
  return (user + system) / 1000;
}

it('plays 10,000 requests at concurrency 256 within two seconds', () => {
  expect(cpuMs(() => simulate(benchmark(10_000, 256)))).toBeLessThan(2000);
});

it('plays the benchmark of 64 users within a tenth of a second', () => {
  const input = benchmark(640, 64);
  const times = Array.from({ length: 3 }, () => cpuMs(() => simulate(input)));
  expect(Math.min(...times)).toBeLessThan(100);
});
