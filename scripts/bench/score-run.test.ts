import { describe, expect, it, test } from 'vitest';
import { testDocument } from '../../src/cli/test-document.ts';
import type { MeasuredRun } from './measured-runs.ts';
import { parsePeerAnswers } from './peer-answers.ts';
import type { BatchAnswer } from './rows.ts';
import { countRefusals, errorOf, type ScoredRun, scoreRun, takenByAll } from './score-run.ts';

const run: MeasuredRun = {
  id: 'a',
  model: 'acme/tiny-8b',
  gpu: 'L4',
  tp: 1,
  concurrency: 4,
  precision: 'bf16',
  trust: 'repo',
  argv: ['check'],
  observed: { tpot_ms_mean: 20, tpot_ms_median: 16, ttft_ms_mean: null, ttft_ms_median: 50 },
};

/** Means of 25 ms a token and 100 ms to the first, medians of 24 and 60, ranges of 15 to 30 and 55 to 120. */
function answer(): BatchAnswer {
  const document = testDocument();
  if (document.performance === null) throw new Error('the test document has a forecast');
  return {
    ...document,
    performance: {
      ...document.performance,
      tpot_ms: { mean: 25, p50: 24, p90: 30, p99: 40 },
      ttft_ms: { mean: 100, p50: 60, p90: 150, p99: 200 },
      ranges: { ...document.performance.ranges, tpot_ms: [15, 30], ttft_ms: [55, 120] },
    },
  };
}

const peers = parsePeerAnswers(
  [
    '{"peer": "acme", "version": "1.2", "date": "2026-01-01", "mode": "estimate"}',
    '{"id": "a", "ttft_ms": 40, "tpot_ms": 10, "data": "SILICON"}',
    '{"id": "b", "reason": "GPU not supported"}',
    '',
  ].join('\n'),
);

function scored(id: string, ours: BatchAnswer = answer()): ScoredRun {
  return scoreRun({ ...run, id }, { ours, peer: peers.byRow.get(id), gpuOf: () => undefined });
}

describe('scoreRun', () => {
  it('holds a mean against the mean and a median against the median; the peer states one figure for both', () => {
    const row = scored('a');
    expect(errorOf(row, 'tpot', 'ours')).toBeCloseTo(25 / 20 - 1);
    expect(errorOf(row, 'ttft', 'ours')).toBeCloseTo(60 / 50 - 1);
    expect(errorOf(row, 'tpot', 'peer')).toBeCloseTo(10 / 20 - 1);
    expect(errorOf(row, 'ttft', 'peer')).toBeCloseTo(40 / 50 - 1);
    expect(errorOf(row, 'tpot', 'roofline')).toBeNull();
  });

  it('scores the range by what was measured', () => {
    const { metrics } = scored('a');
    expect(metrics.tpot?.range).toEqual({ holds: true, width: 15 / 20 });
    expect(metrics.ttft?.range).toEqual({ holds: false, width: 65 / 50 });
  });

  it('leaves out what was not measured', () => {
    const bare = { ...run, observed: { tpot_ms_mean: null, tpot_ms_median: 16, ttft_ms_mean: 0, ttft_ms_median: null } };
    const row = scoreRun(bare, { ours: answer(), peer: undefined, gpuOf: () => undefined });
    expect(errorOf(row, 'tpot', 'ours')).toBeCloseTo(24 / 16 - 1);
    expect(row.metrics.ttft).toBeNull();
  });
});

describe('rows that one cannot take', () => {
  const failure = { kind: 'kv_cache', message: '', fixes: [] };
  const fails = testDocument({ performance: null, memory: { ...testDocument().memory, verdict: 'fails', failure } });
  const rows = [scored('a'), scored('b'), scored('c'), scored('a', { error: { code: 'MODEL_UNKNOWN' } }), scored('b', fails)];

  test.each([
    {
      by: 'ours' as const,
      want: [
        ['MODEL_UNKNOWN', 1],
        ['does not start (kv_cache)', 1],
      ],
    },
    {
      by: 'peer' as const,
      want: [
        ['GPU not supported', 2],
        ['not asked', 1],
      ],
    },
  ])('are counted with the reason: $by', ({ by, want }) => {
    expect(countRefusals(rows, by)).toEqual(want);
  });

  it('are in no comparison', () => {
    expect(takenByAll(rows, 'tpot', ['ours', 'peer'])).toEqual([rows[0]]);
    expect(takenByAll(rows, 'tpot', ['ours'])).toEqual(rows.slice(0, 3));
  });
});
