import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { medianOf } from './error-stats.ts';
import { groupRuns } from './group-runs.ts';
import { METRICS, type Metric } from './measured-runs.ts';
import { errorOf, PREDICTORS, type Predictor, type ScoredRun, takenByAll } from './score-run.ts';

export type Labels = { readonly [predictor in Predictor]: string };

const FIGURES = { tpot: 'time per output token', ttft: 'time to first token' } as const satisfies Record<Metric, string>;
const COLOURS = { ours: '#0b6bcb', peer: '#c2571a', roofline: '#6b6b6b' } as const satisfies Record<Predictor, string>;

/** Predicted against measured, one panel a predictor, one dot a row, log axes. Solid: right; dashed: off by a factor of two. */
export function drawPredicted(scored: readonly ScoredRun[], metric: Metric, labels: Labels): string {
  const points = PREDICTORS.flatMap((predictor) =>
    scored.flatMap(({ metrics }) => {
      const figures = metrics[metric];
      const predictedMs = figures?.predictedMs[predictor] ?? null;
      if (figures === null || predictedMs === null) return [];
      return [{ panel: labels[predictor], predictor, measuredMs: figures.measuredMs, predictedMs }];
    }),
  );
  const all = points.flatMap(({ measuredMs, predictedMs }) => [measuredMs, predictedMs]);
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const powers = POWERS_OF_TEN.filter((power) => low <= power && power <= high);
  const guide = (factor: number, dash: string): Plot.Markish =>
    Plot.line(
      [
        [low, low * factor],
        [high, high * factor],
      ],
      { stroke: '#999', strokeDasharray: dash, clip: true },
    );
  return render({
    width: 960,
    height: 400,
    marginLeft: 50,
    marginBottom: 44,
    marginTop: 36,
    grid: true,
    fx: { label: null, domain: PREDICTORS.map((predictor) => labels[predictor]) },
    x: { type: 'log', label: `measured ${FIGURES[metric]}, ms →`, domain: [low, high], ticks: powers, tickFormat: shorten },
    y: { type: 'log', label: '↑ predicted, ms', domain: [low, high], ticks: powers, tickFormat: shorten },
    marks: [
      guide(1, 'none'),
      guide(2, '4 3'),
      guide(0.5, '4 3'),
      Plot.dot(points, {
        x: 'measuredMs',
        y: 'predictedMs',
        fx: 'panel',
        fill: ({ predictor }: { readonly predictor: Predictor }) => COLOURS[predictor],
        fillOpacity: 0.35,
        r: 2,
        clip: true,
      }),
      Plot.frame({ stroke: '#ccc' }),
    ],
  });
}

/** Median absolute error at each concurrency with enough rows, on the rows that all three take. */
export function drawErrorByLoad(scored: readonly ScoredRun[], labels: Labels): string {
  const points = METRICS.flatMap((metric) => {
    const users = groupRuns(takenByAll(scored, metric, PREDICTORS), { title: 'users', keyOf: ({ concurrency }) => String(concurrency) })
      .map(([key, rows]) => ({ at: Number(key), rows }))
      .filter(({ at, rows }) => at > 0 && rows.length >= FEWEST_ROWS)
      .sort((a, b) => a.at - b.at);
    return PREDICTORS.flatMap((predictor) =>
      users.map(({ at, rows }) => ({
        panel: FIGURES[metric],
        users: at,
        predictor,
        error: 100 * medianOf(rows.flatMap((row) => Math.abs(errorOf(row, metric, predictor) ?? 0)).sort((a, b) => a - b)),
      })),
    );
  });
  const colour = ({ predictor }: { readonly predictor: Predictor }): string => COLOURS[predictor];
  return render({
    width: 960,
    height: 380,
    marginLeft: 50,
    marginBottom: 44,
    marginTop: 36,
    marginRight: 20,
    grid: true,
    fx: { label: null },
    x: { type: 'log', base: 2, label: 'concurrent users →', ticks: [1, 4, 16, 64, 256], tickFormat: String },
    y: { label: '↑ median error, %', domain: [0, 100], clamp: true },
    marks: [
      Plot.line(points, { x: 'users', y: 'error', fx: 'panel', stroke: colour, z: 'predictor', strokeWidth: 2 }),
      Plot.dot(points, { x: 'users', y: 'error', fx: 'panel', fill: colour, r: 3 }),
      Plot.text(
        points,
        Plot.selectFirst({
          x: 'users',
          y: 'error',
          fx: 'panel',
          z: 'predictor',
          fill: colour,
          text: ({ predictor }: { readonly predictor: Predictor }) => labels[predictor],
          textAnchor: 'start',
          dy: -10,
          fontWeight: 'bold',
        }),
      ),
      Plot.frame({ stroke: '#ccc' }),
    ],
  });
}

const POWERS_OF_TEN = [0.01, 0.1, 1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7] as const;

function shorten(ms: number): string {
  if (ms >= 1e6) return `${ms / 1e6}M`;
  return ms >= 1e3 ? `${ms / 1e3}k` : String(ms);
}

/** Below it a median is one benchmark's accident. */
const FEWEST_ROWS = 5;

function render(options: Plot.PlotOptions): string {
  const { document } = parseHTML('<html><body></body></html>');
  const chart = Plot.plot({ document, style: { background: 'white', fontSize: '12px' }, ...options });
  chart.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  const text: string = chart.outerHTML;
  return `${text.replace(LONG_COORDINATE, (digits) => String(Number(Number(digits).toFixed(1))))}\n`;
}

/** A tenth of a pixel is enough, and halves the file. Numbers below ten are shares, and a further point makes a version of it. */
const LONG_COORDINATE = /(?<![\d.])\d{2,}\.\d{2,}(?![\d.])/g;
