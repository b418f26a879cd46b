import { readFileSync } from 'node:fs';

export const METRICS = ['tpot', 'ttft'] as const;
export type Metric = (typeof METRICS)[number];

/** One measured benchmark: the exact `check` command and what the benchmark printed. */
export interface MeasuredRun {
  readonly id: string;
  readonly model: string;
  readonly gpu: string;
  readonly tp: number;
  /** null: the load is a request rate. */
  readonly concurrency: number | null;
  readonly precision: string | null;
  /** `silicon`: one harness on known machines; others are what people published. */
  readonly trust: string;
  readonly argv: readonly string[];
  readonly observed: {
    readonly tpot_ms_mean: number | null;
    readonly tpot_ms_median: number | null;
    readonly ttft_ms_mean: number | null;
    readonly ttft_ms_median: number | null;
  };
}

export function readRuns(path: string): readonly MeasuredRun[] {
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line): MeasuredRun => JSON.parse(line));
}

/** What a run measured, and as what: the mean where it is stated, else the median. */
export function measuredOf({ observed }: MeasuredRun, metric: Metric): { readonly ms: number; readonly as: 'mean' | 'p50' } | null {
  const mean = observed[`${metric}_ms_mean`];
  if (mean) return { ms: mean, as: 'mean' };
  const median = observed[`${metric}_ms_median`];
  return median ? { ms: median, as: 'p50' } : null;
}
