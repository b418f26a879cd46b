import { bucketLabel } from '../metrics/metric.ts';
import { type Matchers, selector } from './promql.ts';
import type { InputSeries } from './rule.ts';
import type { Watch } from './watch.ts';

/** The server of every rule's test. */
const INSTANCE = 'server-1:8000';
const OTHER = 'server-2:8000';

type Names = Readonly<Record<string, string>>;

export function steady(series: string, value: number): InputSeries {
  return { series, start: value, perMinute: 0 };
}

export function growing(series: string, perMinute: number, start = 0): InputSeries {
  return { series, start, perMinute };
}

/** Labels that a scrape adds, of the first server or the second. */
export function scraped({ job }: Watch, server: 1 | 2 = 1): { readonly job: string; readonly instance: string } {
  return { job, instance: server === 1 ? INSTANCE : OTHER };
}

/** A series of the first engine of one server. */
export function engineSeries(watch: Watch, metric: string, labels: Names = {}, server: 1 | 2 = 1): string {
  return watch.engines(metric, { engine: '0', ...scraped(watch, server), ...labels });
}

export function up(watch: Watch, value: 0 | 1, server: 1 | 2 = 1): InputSeries {
  return steady(selector('up', scraped(watch, server)), value);
}

/** `perMinute` observations a minute, all between two neighbouring bounds. */
export function observations(watch: Watch, histogram: string, [low, high]: readonly [number, number], perMinute: number): InputSeries[] {
  const bucket = (le: string): string => engineSeries(watch, `${histogram}_bucket`, { le });
  return [
    steady(bucket(bucketLabel(low)), 0),
    growing(bucket(bucketLabel(high)), perMinute),
    growing(bucket('+Inf'), perMinute),
    growing(engineSeries(watch, `${histogram}_count`), perMinute),
  ];
}

/** Observations of which a share lies at or below one bound. */
export function shareBelow(watch: Watch, histogram: string, bound: number, share: number, perMinute: number): InputSeries[] {
  return [
    growing(engineSeries(watch, `${histogram}_bucket`, { le: bucketLabel(bound) }), perMinute * share),
    growing(engineSeries(watch, `${histogram}_count`), perMinute),
  ];
}

/** Requests as the API server counts them, and a page that polls the list of models. */
export function httpRequests(watch: Watch, perMinute: number, errorShare: number): InputSeries[] {
  const series = (status: string): string => httpSeries(watch, { status });
  return [
    growing(series('2xx'), perMinute * (1 - errorShare)),
    growing(series('5xx'), perMinute * errorShare),
    growing(httpSeries(watch, { status: '2xx', handler: '/v1/models', method: 'GET' }), 1000),
  ];
}

function httpSeries(watch: Watch, labels: Matchers): string {
  return selector('http_requests_total', { ...scraped(watch), handler: '/v1/chat/completions', method: 'POST', ...labels });
}
