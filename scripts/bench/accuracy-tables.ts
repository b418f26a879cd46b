import { type ErrorStats, errorStats, meanOfMedians } from './error-stats.ts';
import { GROUPINGS, type Grouping, groupRuns, SETS } from './group-runs.ts';
import { METRICS, type Metric } from './measured-runs.ts';
import { errorOf, type Predictor, type ScoredRun, takenByAll } from './score-run.ts';

export interface Table {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export const NAMES = { tpot: 'TPOT', ttft: 'TTFT' } as const satisfies Record<Metric, string>;

const EVERYONE = ['ours', 'peer', 'roofline'] as const satisfies readonly Predictor[];

/** All predictors on the rows that every one of them takes. */
export function sharedTable(scored: readonly ScoredRun[], peer: string): Table {
  return {
    title: 'the rows that all three take',
    head: ['rows', 'figure', 'count', 'ours', peer, 'roofline'],
    rows: SETS.flatMap(({ title, has }) =>
      METRICS.map((metric) => {
        const shared = takenByAll(
          scored.filter(({ run }) => has(run)),
          metric,
          EVERYONE,
        );
        return [title, NAMES[metric], String(shared.length), ...besideCells(shared, metric, EVERYONE)];
      }),
    ),
  };
}

/** Ours on every row that we take, with the range, and the roofline on the same rows. */
export function ownTable(scored: readonly ScoredRun[]): Table {
  return {
    title: 'every row that we take',
    head: ['rows', 'figure', 'count', 'median', 'mean', 'p90', 'worst', 'bias', 'in the 90 % range', 'width of it', 'roofline'],
    rows: SETS.flatMap(({ title, has }) =>
      METRICS.map((metric) => {
        const own = takenByAll(
          scored.filter(({ run }) => has(run)),
          metric,
          ['ours'],
        );
        const stats = statsOf(own, metric, 'ours');
        const cells = stats === null ? ['–', '–', '–', '–', '–'] : statsCells(stats);
        return [title, NAMES[metric], String(own.length), ...cells, ...rangeCells(own, metric), pairOf(statsOf(own, metric, 'roofline'))];
      }),
    ),
  };
}

/** Mean over (GPU, model) of the median error, on the rows that all take and on all that we take. */
export function macroTable(scored: readonly ScoredRun[], peer: string): Table {
  const keyOf = ({ run }: ScoredRun): string => `${run.gpu} ${run.model}`;
  const cell = (rows: readonly ScoredRun[], metric: Metric, predictor: Predictor): string => {
    const mean = meanOfMedians(rows, keyOf, (row) => errorOf(row, metric, predictor));
    return mean === null ? '–' : percent(mean);
  };
  const line = (title: string, metric: Metric, predictors: readonly Predictor[]): readonly string[] => {
    const rows = takenByAll(scored, metric, predictors);
    const cells = EVERYONE.map((predictor) => (predictors.includes(predictor) ? cell(rows, metric, predictor) : '–'));
    return [title, NAMES[metric], String(new Set(rows.map(keyOf)).size), ...cells];
  };
  return {
    title: 'mean over (GPU, model) of the median',
    head: ['rows', 'figure', 'groups', 'ours', peer, 'roofline'],
    rows: METRICS.flatMap((metric) => [
      line('that all three take', metric, EVERYONE),
      line('that we and the roofline take', metric, ['ours', 'roofline']),
    ]),
  };
}

/** One table for each grouping and figure. */
export function groupTables(scored: readonly ScoredRun[], peer: string): readonly Table[] {
  return GROUPINGS.flatMap((grouping) => METRICS.map((metric) => groupTable(scored, grouping, { metric, peer })));
}

function groupTable(
  scored: readonly ScoredRun[],
  grouping: Grouping,
  { metric, peer }: { readonly metric: Metric; readonly peer: string },
): Table {
  const measured = scored.filter(({ metrics }) => metrics[metric] !== null);
  return {
    title: `${NAMES[metric]} by ${grouping.title}`,
    head: [grouping.title, 'rows', 'taken', 'ours', 'roofline', 'by all three', 'ours', peer, 'roofline'],
    rows: groupRuns(measured, grouping).map(([key, rows]) => {
      const own = takenByAll(rows, metric, ['ours', 'roofline']);
      const shared = takenByAll(rows, metric, EVERYONE);
      return [
        key,
        String(rows.length),
        String(own.length),
        ...besideCells(own, metric, ['ours', 'roofline']),
        String(shared.length),
        ...besideCells(shared, metric, EVERYONE),
      ];
    }),
  };
}

/** Median / mean of each predictor on the same rows; the lowest mean is bold. */
function besideCells(rows: readonly ScoredRun[], metric: Metric, predictors: readonly Predictor[]): readonly string[] {
  const stats = predictors.map((predictor) => statsOf(rows, metric, predictor));
  const lowest = Math.min(...stats.map((one) => one?.mean ?? Number.POSITIVE_INFINITY));
  return stats.map((one) => (one !== null && one.mean === lowest ? `**${pairOf(one)}**` : pairOf(one)));
}

function statsOf(rows: readonly ScoredRun[], metric: Metric, predictor: Predictor): ErrorStats | null {
  return errorStats(rows.flatMap((row) => errorOf(row, metric, predictor) ?? []));
}

function statsCells({ median, mean, p90, worst, bias }: ErrorStats): readonly string[] {
  return [percent(median), percent(mean), percent(p90), percent(worst), `${bias < 0 ? '−' : '+'}${percent(Math.abs(bias))}`];
}

function rangeCells(rows: readonly ScoredRun[], metric: Metric): readonly string[] {
  const ranges = rows.flatMap(({ metrics }) => metrics[metric]?.range ?? []);
  const widths = errorStats(ranges.map(({ width }) => width));
  if (widths === null) return ['–', '–'];
  return [percent(ranges.filter(({ holds }) => holds).length / ranges.length), percent(widths.median)];
}

function pairOf(stats: ErrorStats | null): string {
  return stats === null ? '–' : `${percent(stats.median)} / ${percent(stats.mean)}`;
}

/** Whole percents from ten on: the repeats of one benchmark differ by more than a decimal would show. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(share < 0.0995 ? 1 : 0)} %`;
}
