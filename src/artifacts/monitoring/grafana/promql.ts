import { bucketLabel } from '../../metrics/metric.ts';

/** Series of the chosen model and servers. */
export const ENGINES = 'model_name="$model_name", instance=~"$instance"';
/** Series of the chosen servers that do not name a model. */
export const SERVERS = 'instance=~"$instance"';

const WINDOW = '$__rate_interval';

/** Series of one metric of the engines; `labels` narrow it further. */
export function engines(metric: string, labels = ''): string {
  return `${metric}{${labels === '' ? ENGINES : `${ENGINES}, ${labels}`}}`;
}

/** Per second, over the window that fits the scrape interval and the zoom. */
export function rate(metric: string, labels?: string): string {
  return `rate(${engines(metric, labels)}[${WINDOW}])`;
}

export function sumRate(metric: string, labels?: string): string {
  return `sum(${rate(metric, labels)})`;
}

/** A histogram's quantile over all engines, from its buckets. */
export function quantile(q: number, histogram: string): string {
  return `histogram_quantile(${q}, sum by (le) (${rate(`${histogram}_bucket`)}))`;
}

/** A histogram's mean over all engines: exact, unlike a quantile. */
export function mean(histogram: string): string {
  return `${sumRate(`${histogram}_sum`)} / ${sumRate(`${histogram}_count`)}`;
}

/** Events per cell of time and bucket. */
export function heat(histogram: string): string {
  return `sum by (le) (increase(${engines(`${histogram}_bucket`)}[${WINDOW}]))`;
}

/** Share of events at or below a bucket's bound. */
export function shareWithin(histogram: string, bound: number): string {
  return `${sumRate(`${histogram}_bucket`, `le="${bucketLabel(bound)}"`)} / ${sumRate(`${histogram}_count`)}`;
}

/** Servers that answer scrapes; no series when there is none. */
export const ANSWERING = `count(count by (instance) (${engines('vllm:num_requests_running')}))`;

/** Names of vLLM's series in a query, in order. */
export function engineSeries(expr: string): string[] {
  return [...new Set(expr.match(/vllm:[A-Za-z0-9_]+/g) ?? [])];
}
