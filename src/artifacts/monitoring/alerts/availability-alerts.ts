import { commentText } from '../../comment-text.ts';
import { engineSeries, growing, scraped, steady, up } from '../input-series.ts';
import { durationText, templateText } from '../promql.ts';
import { ENGINE_ERRORS, tellsEngineErrors } from '../recordings/objective-recordings.ts';
import type { AlertRule } from '../rule.ts';
import { downSeconds, RESTARTS_ALLOWED, restartWindowSeconds, stallSeconds } from '../thresholds.ts';
import { generates, type Watch } from '../watch.ts';

/** Whether the servers are there, do what they should, and are those that were planned. */
export function availabilityAlerts(watch: Watch): AlertRule[] {
  return [
    down(watch),
    ...(watch.deployment.maxReplicas.value > 1 ? [replicaDown(watch)] : []),
    scrapeMissing(watch),
    wrongModel(watch),
    ...(generates(watch) ? [stalled(watch), restartLoop(watch)] : []),
    ...engineErrors(watch),
    ...corrupted(watch),
  ];
}

/** The served name, as a template prints it on one line. */
export function nameIn({ deployment: { servedName } }: Watch): string {
  return templateText(commentText(servedName));
}

function down(watch: Watch): AlertRule {
  const wait = downSeconds(watch);
  return {
    alert: 'VllmDown',
    severity: 'critical',
    expr: `sum by (job) (${watch.server('up')}) == 0`,
    forSeconds: wait.value,
    summary: `No server of ${nameIn(watch)} answers: {{ $value | humanize }} scrape targets are up.`,
    because: wait.because,
    act: [
      'Read the log of the server from its end: the reason stands above the last traceback.',
      `A start takes up to ${watch.deployment.startup.value} s; while it loads weights nothing is wrong.`,
      'Out of memory at start: plan again with this release and GPU, the plan names what fits.',
    ],
    fires: { input: [up(watch, 0), up(watch, 0, 2)], minutes: 1, labels: { job: watch.job }, value: 0 },
    quiet: [up(watch, 0), up(watch, 1, 2)],
  };
}

function replicaDown(watch: Watch): AlertRule {
  const wait = downSeconds(watch);
  return {
    alert: 'VllmReplicaDown',
    severity: 'warning',
    expr: `${watch.server('up')} == 0`,
    forSeconds: wait.value,
    summary: `Server {{ $labels.instance }} of ${nameIn(watch)} does not answer.`,
    because: wait.because,
    act: ['The others carry its load. Read its log, and restart it if it hangs.'],
    fires: { input: [up(watch, 0), up(watch, 1, 2)], minutes: 1, labels: scraped(watch), value: 0 },
    quiet: [up(watch, 1), up(watch, 1, 2)],
  };
}

function scrapeMissing(watch: Watch): AlertRule {
  return {
    alert: 'VllmScrapeMissing',
    severity: 'critical',
    expr: `absent(${watch.server('up')})`,
    forSeconds: 600,
    summary: `Prometheus has no target for ${nameIn(watch)}: nothing else here can fire.`,
    because: 'Ten minutes: a reload of the configuration or a new service takes a scrape or two.',
    act: [
      'The rules find the server by its scrape job. Look at Status, Targets in Prometheus.',
      'In a cluster: the labels of the ServiceMonitor must be those that the operator selects.',
    ],
    fires: { input: [steady('up{job="prometheus"}', 1)], minutes: 1, labels: { job: watch.job }, value: 1 },
    quiet: [up(watch, 0)],
  };
}

function wrongModel(watch: Watch): AlertRule {
  const other = { ...watch.deployment, servedName: `${watch.deployment.servedName} (another)` };
  const running = (name: string): string => engineSeries(watch, 'vllm:num_requests_running', { model_name: name });
  return {
    alert: 'VllmWrongModel',
    severity: 'critical',
    expr: `sum by (job) (${watch.server('up')}) > 0 unless on () ${watch.engines('vllm:num_requests_running')}`,
    forSeconds: 300,
    summary: `{{ $value | humanize }} servers are up, and none serves ${nameIn(watch)}.`,
    because: 'Clients that ask for the planned name get 404. Five minutes, as metrics begin with the first scrape.',
    act: [
      'Ask the server: GET /v1/models. The first name of --served-model-name must be the planned one.',
      'An image whose entrypoint ignores its arguments serves a small default model instead.',
    ],
    fires: { input: [up(watch, 1), steady(running(other.servedName), 0)], minutes: 1, labels: { job: watch.job }, value: 1 },
    quiet: [up(watch, 1), steady(running(watch.deployment.servedName), 0)],
  };
}

function stalled(watch: Watch): AlertRule {
  const wait = stallSeconds(watch);
  const tokens = 'vllm:generation_tokens_total';
  const running = steady(engineSeries(watch, 'vllm:num_requests_running'), 2);
  return {
    alert: 'VllmEngineStalled',
    severity: 'critical',
    expr: `${watch.engines('vllm:num_requests_running')} > 0 and rate(${watch.engines(tokens)}[5m]) == 0`,
    forSeconds: wait.value,
    summary: `Engine {{ $labels.engine }} of {{ $labels.instance }} runs {{ $value | humanize }} requests of ${nameIn(watch)} and gives no token.`,
    because: wait.because,
    act: [
      'A worker hangs, most often in a collective of several GPUs. /health may still say 200.',
      'Save the stacks first (py-spy dump --pid of the engine core), then restart the server.',
      'Look for Xid errors in the kernel log of the host.',
    ],
    fires: {
      input: [running, steady(engineSeries(watch, tokens), 1000)],
      minutes: 6,
      labels: { model_name: watch.deployment.servedName, engine: '0', ...scraped(watch) },
      value: 2,
    },
    quiet: [running, growing(engineSeries(watch, tokens), 60)],
  };
}

function restartLoop(watch: Watch): AlertRule {
  const window = restartWindowSeconds(watch);
  const tokens = engineSeries(watch, 'vllm:generation_tokens_total');
  const windowMinutes = window.value / 60;
  const every = (minutes: number) => ({ ...growing(tokens, 60), restartMinutes: minutes });
  return {
    alert: 'VllmRestartLoop',
    severity: 'critical',
    expr: `max by (model_name, instance) (resets(${watch.engines('vllm:generation_tokens_total')}[${durationText(window.value)}])) > ${RESTARTS_ALLOWED}`,
    forSeconds: 0,
    summary: `{{ $labels.instance }} of ${nameIn(watch)} restarted {{ $value | humanize }} times in ${durationText(window.value)}.`,
    because: `More than ${RESTARTS_ALLOWED} in ${window.because}; a server restarts when its token counter falls.`,
    act: [
      'The log before each start tells why: out of memory, a CUDA error, a probe that gave up.',
      'Compare the probe budget with the time that starts take.',
    ],
    fires: {
      // Halfway between two restarts, so that no edge of the window falls on one.
      input: [every(windowMinutes / 4)],
      minutes: windowMinutes + Math.floor(windowMinutes / 8),
      labels: { model_name: watch.deployment.servedName, instance: scraped(watch).instance },
      value: 4,
    },
    quiet: [every(windowMinutes / 2)],
  };
}

function engineErrors(watch: Watch): AlertRule[] {
  if (!tellsEngineErrors(watch)) return [];
  const finished = (reason: string): string => engineSeries(watch, 'vllm:request_success_total', { finished_reason: reason });
  return [
    {
      alert: 'VllmEngineErrors',
      severity: 'warning',
      expr: `${watch.recorded(ENGINE_ERRORS)} > 0.01`,
      forSeconds: 600,
      summary: `The engine gives up {{ $value | humanizePercentage }} of the requests for ${nameIn(watch)}.`,
      because: '1 % over ten minutes; a stream that breaks has answered 200 before, so HTTP does not tell.',
      act: ['Search the log for the ids of failed requests: bad input, a kernel, or a transfer of KV cache.'],
      fires: {
        input: [growing(finished('stop'), 45), growing(finished('error'), 15)],
        minutes: 6,
        labels: { model_name: watch.deployment.servedName },
        value: 0.25,
      },
      quiet: [growing(finished('stop'), 995), growing(finished('error'), 5)],
    },
  ];
}

function corrupted(watch: Watch): AlertRule[] {
  const counter = 'vllm:corrupted_requests_total';
  if (watch.fed(counter) === null) return [];
  return [
    {
      alert: 'VllmCorruptedOutput',
      severity: 'critical',
      expr: `sum by (model_name, instance) (increase(${watch.engines(counter)}[10m])) > 0`,
      forSeconds: 0,
      summary: `{{ $labels.instance }} gave {{ $value | humanize }} answers of ${nameIn(watch)} with NaN in the logits within 10 minutes.`,
      because: 'No request may have NaN in its logits.',
      act: [
        'Take the server out of service: a GPU, a kernel or the weights are broken.',
        'Check the weights against their checksums, then another GPU.',
      ],
      fires: {
        input: [growing(engineSeries(watch, counter), 1)],
        minutes: 30,
        labels: { model_name: watch.deployment.servedName, instance: scraped(watch).instance },
        value: 10,
      },
      quiet: [steady(engineSeries(watch, counter), 3)],
    },
  ];
}
