import { describe, expect, test } from 'vitest';
import { DENSE_LAYER, testInput } from '../forecast-fixture.ts';
import { sketchTable, sketchTables } from '../kernels/test-tables.ts';
import type { EngineBatch, PrefillChunk } from '../scheduler/engine-batch.ts';
import { capturedTokens } from './captured-tokens.ts';
import { secondsOf } from './cost.ts';
import { KernelModel } from './kernel-model.ts';
import { STEP } from './step-constants.ts';
import { pipelinedCost } from './step-model.ts';

const GEMM_US = 100;
const DECODE_US = 50;
const PREFILL_US = 200;

/** Kernels of one time whatever their shape. */
const TABLES = sketchTables(
  constantTable('gemm/bf16', ['n', 'k', 'm'], [[]], [], GEMM_US),
  constantTable(
    'decode-attention/bf16-kv',
    ['batch', 'contextTokens'],
    [[128, 0, 8, 8]],
    ['headDim', 'window', 'heads', 'kvHeads'],
    DECODE_US,
  ),
  constantTable('prefill-attention/bf16-kv', ['batch', 'tokens'], [[128, 0, 8, 8]], ['headDim', 'window', 'heads', 'kvHeads'], PREFILL_US),
);

function constantTable(name: string, axes: string[], series: number[][], keys: string[], us: number) {
  return sketchTable({
    name,
    axes: axes.map((axis) => ({ name: axis, values: [1, 1_048_576] })),
    keys,
    series,
    us: Array.from({ length: 2 ** axes.length }, () => us),
  });
}

function batch(decodes: number, prefills: readonly PrefillChunk[] = []): EngineBatch {
  return { prefills, decodes, decodeTokens: decodes, decodeContextTokens: 1000 * decodes, cappedContextTokens: [] };
}

const LAYERS = 2;
const input = testInput({ layers: [DENSE_LAYER, DENSE_LAYER] });
const model = new KernelModel(TABLES, input);

/** 1,000 wide, 32,000 words, 1 TB/s. */
function expected(rows: number, samples: number): number {
  // Three small kernels a layer (no norms in the fixture), over 1.5 × (3,000 + 8,000) elements of two bytes.
  const smallS = LAYERS * (3 * STEP.smallKernelS + (rows * 2 * 1.5 * 11_000) / 1e12);
  const samplingS = (STEP.logitPasses * samples * 32_000 * 4) / 1e12;
  return smallS + samplingS + STEP.asyncHostS + STEP.hostSequenceS * samples;
}

describe('a step over kernels', () => {
  test('one sequence: 4 matrices and an attention a layer, the head, small kernels, sampling and the host', () => {
    const cost = model.cost({ ...batch(1), decodeContextTokens: 1 });
    expect(cost.rooflineS).toBeCloseTo(expected(1, 1), 9);
    expect(cost.measuredS).toBeCloseTo(LAYERS * DECODE_US * 1e-6, 6);
    expect(cost.interpolatedS).toBeGreaterThan(0);
  });

  test('a graph computes the size that it was captured for', () => {
    const { rooflineS } = model.cost(batch(9));
    expect(rooflineS).toBeCloseTo(expected(16, 9), 9);
  });

  test('a prompt adds its attention, and the host works longer', () => {
    const alone = secondsOf(model.cost(batch(4)));
    const mixed = secondsOf(model.cost(batch(4, [{ tokens: 512, contextTokens: 0, samples: true }])));
    expect(mixed - alone).toBeGreaterThan(STEP.promptStepS);
  });

  test('without graphs a step lasts at least as long as its launches', () => {
    const eager = new KernelModel(TABLES, testInput({ layers: [DENSE_LAYER, DENSE_LAYER], settings: { cudagraphMode: 'NONE' } }));
    expect(secondsOf(eager.cost(batch(1)))).toBeGreaterThanOrEqual(2 * LAYERS * STEP.launchS);
    expect(secondsOf(eager.cost(batch(1)))).toBeGreaterThanOrEqual(secondsOf(model.cost(batch(1))));
  });

  test('two stages: half of the sequences pass all layers, and a prompt delays by its share', () => {
    const whole = batch(8);
    expect(pipelinedCost(model, whole, 2)).toEqual(model.cost(batch(4)));
    const chunk = { tokens: 512, contextTokens: 0, samples: true };
    const alone = secondsOf(model.cost(batch(4)));
    const mixed = secondsOf(model.cost(batch(4, [chunk])));
    expect(secondsOf(pipelinedCost(model, batch(8, [chunk]), 2))).toBeCloseTo((alone + mixed) / 2, 9);
  });
});

describe('captured tokens', () => {
  const sizes = { cudagraphMode: 'FULL_AND_PIECEWISE', cudagraphCaptureSizes: [1, 2, 4, 8] } as const;

  test.each([
    [1, 1],
    [3, 4],
    [8, 8],
    [9, null],
  ])('%i tokens: %s', (tokens, padded) => {
    expect(capturedTokens(tokens, false, sizes)).toBe(padded);
  });

  test('a mode without piecewise graphs runs mixed batches eagerly', () => {
    expect(capturedTokens(3, true, { ...sizes, cudagraphMode: 'FULL_DECODE_ONLY' })).toBeNull();
    expect(capturedTokens(3, false, { ...sizes, cudagraphMode: 'FULL_DECODE_ONLY' })).toBe(4);
    expect(capturedTokens(3, false, { ...sizes, cudagraphMode: 'NONE' })).toBeNull();
  });
});
