import { observations } from '../input-series.ts';
import { TOKEN_GAP } from '../metric-names.ts';
import type { RecordingRule } from '../rule.ts';
import type { Watch } from '../watch.ts';

const QUANTILES = [
  { name: 'p50', q: 0.5 },
  { name: 'p95', q: 0.95 },
  { name: 'p99', q: 0.99 },
] as const;

const LATENCIES = [
  { name: 'ttft', histograms: ['vllm:time_to_first_token_seconds'] },
  { name: 'itl', histograms: TOKEN_GAP },
  { name: 'e2e', histograms: ['vllm:e2e_request_latency_seconds'] },
  { name: 'queue', histograms: ['vllm:request_queue_time_seconds'] },
] as const;

/** Quantiles of the latencies over all engines of the model. */
export function latencyRecordings(watch: Watch): RecordingRule[] {
  return LATENCIES.flatMap(({ name, histograms }) => {
    const histogram = histograms.find((metric) => watch.fed(metric) !== null);
    return histogram === undefined ? [] : QUANTILES.map((quantile) => quantileRecording(watch, name, histogram, quantile));
  });
}

function quantileRecording(
  watch: Watch,
  name: string,
  histogram: string,
  { name: quantile, q }: (typeof QUANTILES)[number],
): RecordingRule {
  const bounds = neighbours(watch, histogram);
  const [low, high] = bounds;
  return {
    record: `model:vllm_${name}_seconds:${quantile}_5m`,
    expr: `histogram_quantile(${q}, sum by (model_name, le) (rate(${watch.engines(`${histogram}_bucket`)}[5m])))`,
    because: 'Interpolated between two buckets; limits are counted at a bucket instead.',
    proof: {
      input: observations(watch, histogram, bounds, 60),
      minutes: 20,
      labels: { model_name: watch.deployment.servedName },
      value: low + (high - low) * q,
    },
  };
}

/** Two neighbouring bounds in the middle. */
function neighbours(watch: Watch, histogram: string): [number, number] {
  const buckets = watch.fed(histogram)?.buckets ?? [];
  const bounds = buckets === 'max_model_len' ? [] : buckets;
  const middle = Math.floor(bounds.length / 2);
  const high = bounds[middle] ?? 1;
  return [bounds[middle - 1] ?? 0, high];
}
