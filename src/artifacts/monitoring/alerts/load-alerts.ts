import { engineSeries, growing, scraped, steady } from '../input-series.ts';
import { KV_USAGE, PREFIX_CACHE } from '../metric-names.ts';
import { numberText } from '../promql.ts';
import { WAITING_BY_REASON } from '../recordings/load-recordings.ts';
import { ACCEPTANCE_LENGTH, drafts } from '../recordings/speculation-recordings.ts';
import type { AlertRule } from '../rule.ts';
import { outputFloor, queueLimit } from '../thresholds.ts';
import type { Watch } from '../watch.ts';
import { nameIn } from './availability-alerts.ts';

/** Whether load and room are those of the plan. */
export function loadAlerts(watch: Watch): AlertRule[] {
  return [
    queueHigh(watch),
    ...kvPreempting(watch),
    ...outputBelowPlan(watch),
    ...prefixHitsBelowPlan(watch),
    ...draftsBelowPlan(watch),
    ...rejecting(watch),
  ];
}

function queueHigh(watch: Watch): AlertRule {
  const limit = queueLimit(watch);
  const byReason = watch.fed(WAITING_BY_REASON) !== null;
  const metric = byReason ? WAITING_BY_REASON : 'vllm:num_requests_waiting';
  const labels: Record<string, string> = byReason ? { reason: 'capacity' } : {};
  const deferred = byReason ? [steady(engineSeries(watch, metric, { reason: 'deferred' }), 10 * limit.value)] : [];
  return {
    alert: 'VllmQueueHigh',
    severity: 'warning',
    expr: `avg by (model_name) (sum by (model_name, instance) (${watch.engines(metric, labels)})) > ${limit.value}`,
    forSeconds: 300,
    summary: `{{ $value | humanize }} requests for ${nameIn(watch)} wait in each server.`,
    because: `${limit.value}: ${limit.because}`,
    act: ['More clients than planned: add servers, or plan again with the concurrency that there is.'],
    fires: {
      input: [steady(engineSeries(watch, metric, labels), limit.value + 1)],
      minutes: 1,
      labels: { model_name: watch.deployment.servedName },
      value: limit.value + 1,
    },
    quiet: [steady(engineSeries(watch, metric, labels), limit.value), ...deferred],
  };
}

function kvPreempting(watch: Watch): AlertRule[] {
  const usage = KV_USAGE.find((name) => watch.fed(name) !== null);
  if (usage === undefined) return [];
  const preemptions = 'vllm:num_preemptions_total';
  const full = steady(engineSeries(watch, usage), 0.97);
  return [
    {
      alert: 'VllmKvCachePreempting',
      severity: 'warning',
      expr: `max by (model_name, instance) (${watch.engines(usage)}) > 0.9 and sum by (model_name, instance) (rate(${watch.engines(preemptions)}[5m])) > 0`,
      forSeconds: 600,
      summary: `{{ $labels.instance }} has {{ $value | humanizePercentage }} of the KV cache of ${nameIn(watch)} in use and preempts requests.`,
      because: 'Over 90 % and preempting: a full cache alone is normal under load, and so is one preemption.',
      act: [
        'Preempted requests are computed again. Requests are longer than planned, or there are more of them.',
        'Lower --max-num-seqs, give the cache more memory (--gpu-memory-utilization, fp8 cache), or add servers.',
      ],
      fires: {
        input: [full, growing(engineSeries(watch, preemptions), 6)],
        minutes: 6,
        labels: { model_name: watch.deployment.servedName, instance: scraped(watch).instance },
        value: 0.97,
      },
      quiet: [full, steady(engineSeries(watch, preemptions), 7)],
    },
  ];
}

function outputBelowPlan(watch: Watch): AlertRule[] {
  const floor = outputFloor(watch);
  if (floor === null) return [];
  const byReason = watch.fed(WAITING_BY_REASON) !== null;
  const queue = (waiting: number) =>
    byReason
      ? steady(engineSeries(watch, WAITING_BY_REASON, { reason: 'capacity' }), waiting)
      : steady(engineSeries(watch, 'vllm:num_requests_waiting'), waiting);
  const half = growing(engineSeries(watch, 'vllm:generation_tokens_total'), 30 * floor.value);
  return [
    {
      alert: 'VllmOutputBelowPlan',
      severity: 'warning',
      expr: `${watch.recorded('model:vllm_output_tokens_per_server:rate5m')} < ${numberText(floor.value)} and on (model_name) avg_over_time(${watch.recorded('model:vllm_waiting:sum')}[15m]) >= 1`,
      forSeconds: 3600,
      summary: `Each server of ${nameIn(watch)} gives {{ $value | humanize }} tokens/s while requests wait: the plan does not hold here.`,
      because: `${numberText(floor.value)} tokens/s: ${floor.because}; only while requests wait, since an idle server is slow by right`,
      act: ['Compare GPU, clocks and flags with the plan. Then plan again with the measured lengths of prompts and answers.'],
      fires: { input: [half, queue(3)], minutes: 20, labels: { model_name: watch.deployment.servedName }, value: floor.value / 2 },
      quiet: [half, queue(0)],
    },
  ];
}

function prefixHitsBelowPlan(watch: Watch): AlertRule[] {
  const { prefixHitRate } = watch.deployment.load;
  const names = PREFIX_CACHE.find(({ hits }) => watch.fed(hits) !== null);
  if (names === undefined || !(prefixHitRate > 0)) return [];
  const queries = growing(engineSeries(watch, names.queries), 1000);
  const hits = (share: number) => growing(engineSeries(watch, names.hits), 1000 * share);
  return [
    {
      alert: 'VllmPrefixHitsBelowPlan',
      severity: 'warning',
      expr: `${watch.recorded('model:vllm_prefix_cache_hit:ratio5m')} < ${numberText(prefixHitRate)}`,
      forSeconds: 1800,
      summary: `The prefix cache of ${nameIn(watch)} finds {{ $value | humanizePercentage }} of the prompt tokens.`,
      because: `The plan counts on ${numberText(100 * prefixHitRate)} %`,
      act: ['Route conversations to the server that holds their beginning, keep prompts stable at their start, or plan again without.'],
      fires: {
        input: [queries, hits(prefixHitRate / 2)],
        minutes: 6,
        labels: { model_name: watch.deployment.servedName },
        value: prefixHitRate / 2,
      },
      quiet: [queries, hits(Math.min(1, 1.1 * prefixHitRate))],
    },
  ];
}

function draftsBelowPlan(watch: Watch): AlertRule[] {
  const { acceptanceLength } = watch.deployment.load;
  if (!drafts(watch) || !(acceptanceLength > 1)) return [];
  const least = Number((1 + 0.8 * (acceptanceLength - 1)).toPrecision(3));
  const steps = growing(engineSeries(watch, 'vllm:spec_decode_num_drafts_total'), 100);
  const accepted = (each: number) => growing(engineSeries(watch, 'vllm:spec_decode_num_accepted_tokens_total'), 100 * each);
  return [
    {
      alert: 'VllmDraftsBelowPlan',
      severity: 'warning',
      expr: `${watch.recorded(ACCEPTANCE_LENGTH)} < ${numberText(least)}`,
      forSeconds: 1800,
      summary: `A step of ${nameIn(watch)} gives {{ $value | humanize }} tokens with its drafts.`,
      because: `The plan counts on ${numberText(acceptanceLength)} tokens a step; four fifths of what drafts add to one is ${numberText(least)}`,
      act: ['Drafts that are not taken cost time. Draft fewer tokens, take another drafter, or serve without.'],
      fires: {
        input: [steps, accepted((least - 1) / 2)],
        minutes: 6,
        labels: { model_name: watch.deployment.servedName },
        value: 1 + (least - 1) / 2,
      },
      quiet: [steps, accepted(acceptanceLength - 1)],
    },
  ];
}

function rejecting(watch: Watch): AlertRule[] {
  const counter = 'vllm:admission_rejections_total';
  if (watch.fed(counter) === null) return [];
  // The frontend counts these, not an engine.
  const series = watch.engines(counter, { reason: 'max_num_queued_reqs', ...scraped(watch) });
  return [
    {
      alert: 'VllmRejecting',
      severity: 'warning',
      expr: `sum by (model_name) (rate(${watch.engines(counter)}[5m])) > 0`,
      forSeconds: 300,
      summary: `{{ $value | humanize }} requests a second for ${nameIn(watch)} are turned away because the queue is full.`,
      because: 'Any, for five minutes: clients see them as errors.',
      act: ['Add servers, or raise the limit of the queue if clients can wait.'],
      fires: { input: [growing(series, 30)], minutes: 6, labels: { model_name: watch.deployment.servedName }, value: 0.5 },
      quiet: [steady(series, 12)],
    },
  ];
}
