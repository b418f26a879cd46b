import { flagTable } from '../../engine/flags.ts';
import { compareVersions, parseRelease, type Version } from '../../engine/version.ts';
import table from './data/metrics.json' with { type: 'json' };
import { type Metric, type MetricType, seriesOf } from './metric.ts';
import { METRIC_NEEDS, type MetricNeed } from './metric-need.ts';

/** A run of releases, both ends included; without `until` to the newest that was read. */
interface Span {
  readonly since: string;
  readonly until?: string;
}

interface Definition extends Span {
  readonly labels: readonly string[];
  readonly needs: readonly string[];
  readonly buckets?: readonly number[] | string;
  readonly family?: string;
}

/** A row of metrics.json. A metric whose labels, buckets or conditions changed has several spans. */
export interface MetricRow {
  readonly name: string;
  readonly type: string;
  readonly spans: readonly Definition[];
}

/**
 * Every metric of the V1 engine, of its connectors and of its API server.
 *
 * @source scripts/import-metrics.py, run on the sources of the releases that the file lists
 */
export const METRIC_ROWS: readonly MetricRow[] = table.metrics;

const READ = table.releases.map(parseRelease);

/**
 * The release whose metrics stand for a version: the newest of the same minor that was read and is not newer, else the oldest
 * of that minor, since metrics come and go with minors; else the newest that is not newer, or the oldest of all.
 */
function releaseFor(version: Version): Version {
  const same = READ.filter(([major, minor]) => major === version[0] && minor === version[1]);
  const notNewer = (release: Version): boolean => compareVersions(release, version) <= 0;
  return same.findLast(notNewer) ?? same[0] ?? READ.findLast(notNewer) ?? READ[0] ?? version;
}

const lists = new Map<string, readonly Metric[]>();

/** All metrics that a release defines, sorted by name; hidden ones are marked. Lists are made once for each release. */
export function metricsOf(version: Version): readonly Metric[] {
  const key = version.join('.');
  const known = lists.get(key);
  if (known) return known;
  const made = listOf(version);
  lists.set(key, made);
  return made;
}

function listOf(version: Version): Metric[] {
  const release = releaseFor(version);
  return METRIC_ROWS.flatMap((row) => {
    const definition = row.spans.find((span) => covers(span, release));
    return definition === undefined ? [] : [metricOf(row, definition, version)];
  });
}

/** The metric of that name, as queries write it without a histogram's suffix; null: this release has none. */
export function findMetric(version: Version, name: string): Metric | null {
  return metricsOf(version).find((metric) => metric.name === name) ?? null;
}

/** The metric that a series belongs to: `vllm:e2e_request_latency_seconds_bucket` to `vllm:e2e_request_latency_seconds`. */
export function metricOfSeries(version: Version, series: string): Metric | null {
  return metricsOf(version).find((metric) => seriesOf(metric).includes(series)) ?? null;
}

/** Values that a label takes, where the engine fixes them: `finished_reason`, `source` of prompt tokens. */
export function labelValues(version: Version, label: 'finished_reason' | 'prompt_tokens_by_source.source'): readonly string[] {
  const release = releaseFor(version);
  const values: { readonly [label: string]: readonly string[] | undefined } | undefined = table.labelValues.find((span) =>
    covers(span, release),
  )?.values;
  return values?.[label] ?? [];
}

function covers({ since, until }: Span, release: Version): boolean {
  return compareVersions(parseRelease(since), release) <= 0 && (until === undefined || compareVersions(release, parseRelease(until)) <= 0);
}

function metricOf({ name, type }: MetricRow, { labels, needs, buckets, family }: Definition, version: Version): Metric {
  const known = needs.filter(isNeed);
  return {
    name,
    type: isType(type) ? type : 'gauge',
    labels,
    needs: known,
    hidden: known.includes('hidden'),
    buckets: typeof buckets === 'string' ? 'max_model_len' : (buckets ?? null),
    // The lists had families before they could be replaced.
    family: flagTable(version).find('--custom-histogram-buckets') === null ? null : (family ?? null),
  };
}

function isNeed(need: string): need is MetricNeed {
  return need in METRIC_NEEDS;
}

function isType(type: string): type is MetricType {
  return type === 'gauge' || type === 'counter' || type === 'histogram';
}
