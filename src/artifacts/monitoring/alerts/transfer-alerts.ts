import { engineSeries, growing, scraped, steady } from '../input-series.ts';
import type { AlertRule } from '../rule.ts';
import type { Watch } from '../watch.ts';
import { nameIn } from './availability-alerts.ts';

const FAILURES = [
  {
    alert: 'VllmKvTransferFailing',
    counter: 'vllm:nixl_num_failed_transfers_total',
    what: 'KV transfers failed',
    act: 'The decoding server computes such prompts again. Look at the fabric between the servers, and at UCX in their logs.',
  },
  {
    alert: 'VllmKvTransferExpired',
    counter: 'vllm:nixl_num_kv_expired_reqs_total',
    what: 'prompts were computed and never fetched',
    act: 'Decoding servers are too few or too slow for what prefilling ones produce; until then memory is held for nothing.',
  },
] as const;

/** Whether KV cache reaches the servers that decode. */
export function transferAlerts(watch: Watch): AlertRule[] {
  return FAILURES.filter(({ counter }) => watch.fed(counter) !== null).map(
    ({ alert, counter, what, act }): AlertRule => ({
      alert,
      severity: 'warning',
      expr: `sum by (model_name, instance) (increase(${watch.engines(counter)}[10m])) > 0`,
      forSeconds: 300,
      summary: `{{ $labels.instance }} of ${nameIn(watch)}: {{ $value | humanize }} ${what} in 10 minutes.`,
      because: 'Any that goes on for five minutes: none is expected.',
      act: [act],
      fires: {
        input: [growing(engineSeries(watch, counter), 1)],
        minutes: 30,
        labels: { model_name: watch.deployment.servedName, instance: scraped(watch).instance },
        value: 10,
      },
      quiet: [steady(engineSeries(watch, counter), 4)],
    }),
  );
}
