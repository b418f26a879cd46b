import type { GpuSpec } from '../../src/catalog/gpu-spec.ts';
import { type MeasuredRun, type Metric, measuredOf } from './measured-runs.ts';
import type { PeerAnswer } from './peer-answers.ts';
import { rooflineOf } from './roofline.ts';
import type { BatchAnswer } from './rows.ts';

export const PREDICTORS = ['ours', 'peer', 'roofline'] as const;
export type Predictor = (typeof PREDICTORS)[number];

export interface ScoredMetric {
  readonly measuredMs: number;
  /** null: the predictor cannot take the row. */
  readonly predictedMs: { readonly [predictor in Predictor]: number | null };
  /** Of our 90 % range: whether it holds the measured figure, and its width over that figure. */
  readonly range: { readonly holds: boolean; readonly width: number } | null;
}

export interface ScoredRun {
  readonly run: MeasuredRun;
  /** What our figures rest on. */
  readonly basis: string;
  readonly refusals: { readonly ours: string | null; readonly peer: string | null };
  /** null: the run did not measure it. */
  readonly metrics: { readonly [metric in Metric]: ScoredMetric | null };
}

export interface Answers {
  readonly ours: BatchAnswer;
  /** undefined: the peer was not asked. */
  readonly peer: PeerAnswer | undefined;
  readonly gpuOf: (id: string) => GpuSpec | undefined;
}

export function scoreRun(run: MeasuredRun, { ours, peer, gpuOf }: Answers): ScoredRun {
  const document = 'error' in ours ? null : ours;
  const performance = document?.performance ?? null;
  const gpu = gpuOf(document?.hardware.gpus[0]?.id ?? '');
  const roofline = document === null || gpu === undefined ? null : rooflineOf(document, gpu);
  const answered = peer === undefined || 'reason' in peer ? null : peer;
  const scoreMetric = (metric: Metric): ScoredMetric | null => {
    const measured = measuredOf(run, metric);
    if (measured === null) return null;
    const range = performance?.ranges[`${metric}_ms`];
    return {
      measuredMs: measured.ms,
      predictedMs: {
        ours: performance?.[`${metric}_ms`][measured.as] ?? null,
        peer: answered?.[`${metric}_ms`] ?? null,
        roofline: roofline?.[`${metric}Ms`] ?? null,
      },
      range:
        range === undefined
          ? null
          : { holds: range[0] <= measured.ms && measured.ms <= range[1], width: (range[1] - range[0]) / measured.ms },
    };
  };
  return {
    run,
    basis: performance?.basis ?? 'none',
    refusals: { ours: refusalOf(ours), peer: peer === undefined ? 'not asked' : 'reason' in peer ? peer.reason : null },
    metrics: { tpot: scoreMetric('tpot'), ttft: scoreMetric('ttft') },
  };
}

/** Why a row has no figures from us: the code of the error, or of the warning that explains the missing forecast. */
function refusalOf(answer: BatchAnswer): string | null {
  if ('error' in answer) return answer.error.code;
  if (answer.performance !== null) return null;
  return answer.memory.failure === null ? 'no forecast' : `does not start (${answer.memory.failure.kind})`;
}

/** Predicted over measured, minus one; null where one of the two is missing. */
export function errorOf(scored: ScoredRun, metric: Metric, predictor: Predictor): number | null {
  const figures = scored.metrics[metric];
  const predicted = figures?.predictedMs[predictor] ?? null;
  return figures === null || predicted === null ? null : predicted / figures.measuredMs - 1;
}

/** Rows on which all of these answered, so that their errors may stand side by side. */
export function takenByAll(scored: readonly ScoredRun[], metric: Metric, predictors: readonly Predictor[]): readonly ScoredRun[] {
  return scored.filter((row) => predictors.every((predictor) => errorOf(row, metric, predictor) !== null));
}

/** Rows that one cannot take, by reason, the most frequent first. */
export function countRefusals(scored: readonly ScoredRun[], by: 'ours' | 'peer'): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const { refusals } of scored) {
    const reason = refusals[by];
    if (reason !== null) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  }
  return [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
}
