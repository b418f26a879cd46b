import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Deployment } from '../../src/artifacts/deployment.ts';
import { HTTP_METRICS } from '../../src/artifacts/metrics/http-metrics.ts';
import type { Metric } from '../../src/artifacts/metrics/metric.ts';
import { isFed } from '../../src/artifacts/metrics/metric-need.ts';
import { metricsOf } from '../../src/artifacts/metrics/metrics-of.ts';
import { asPlanned, type Behaviour } from './behaviour.ts';
import { programOf, type Running, start } from './prometheus.ts';
import { StubEngine } from './stub-engine.ts';
import { StubGpus } from './stub-gpu.ts';
import { StubServer } from './stub-server.ts';

/** By how much less every window and wait of the rules lasts: five minutes become 1.5 s. */
export const TIME_LAPSE = 200;
/** Between two scrapes and between two evaluations: 15 for the shortest window. */
const STEP = '100ms';
export const RATE_INTERVAL = '2s';

const seconds = (): number => performance.now() / 1000;

/** A server with its engines and GPUs, as scrape targets. */
export class Scene {
  readonly healthy: Behaviour;
  readonly #engines: readonly StubEngine[];
  readonly #http: StubEngine;
  readonly #gpus: StubGpus;
  readonly #server: StubServer;
  readonly #exporter: StubServer;

  constructor(deployment: Deployment, engines: number) {
    const whole = asPlanned(deployment);
    this.healthy = share(whole, engines);
    const metrics = metricsOf(deployment.version).filter((metric) => isFed(metric, deployment));
    const [once, each] = [metrics.filter(isOfServer), metrics.filter((metric) => !isOfServer(metric))];
    const base = { model_name: deployment.servedName };
    this.#engines = Array.from({ length: engines }, (_, index) => new StubEngine(each, { ...base, engine: String(index) }, this.healthy));
    this.#http = new StubEngine([...once, ...HTTP_METRICS, ...PROCESS_METRICS], base, whole);
    this.#gpus = new StubGpus(deployment.gpus.value, this.healthy.gpu);
    this.#server = new StubServer([...this.#engines, this.#http], seconds);
    this.#exporter = new StubServer([this.#gpus], seconds);
  }

  async listen(): Promise<{ readonly server: string; readonly gpus: string }> {
    return { server: await this.#server.listen(), gpus: await this.#exporter.listen() };
  }

  /** Every engine and GPU alike. */
  behave(change: Partial<Behaviour>): void {
    const behaviour = { ...this.healthy, ...change };
    for (const engine of this.#engines) engine.behave(behaviour);
    this.#http.behave(share(behaviour, 1 / this.#engines.length));
    this.#gpus.behave(behaviour.gpu);
  }

  goDown(down: boolean): void {
    this.#server.goDown(down);
  }

  async close(): Promise<void> {
    await Promise.all([this.#server.close(), this.#exporter.close()]);
  }
}

/** Counted by the API server, not by each engine. */
function isOfServer({ labels }: Metric): boolean {
  return !labels.includes('engine');
}

/** @source prometheus_client ProcessCollector, in the registry of a server with one API process */
const PROCESS_METRICS: readonly Metric[] = [
  { name: 'process_start_time_seconds', type: 'gauge', labels: [], needs: [], hidden: false, buckets: null, family: null },
];

function share(behaviour: Behaviour, parts: number): Behaviour {
  const { requestsPerS, outputTokensPerS, promptTokensPerS } = behaviour;
  return {
    ...behaviour,
    requestsPerS: requestsPerS / parts,
    outputTokensPerS: outputTokensPerS / parts,
    promptTokensPerS: promptTokensPerS / parts,
  };
}

/** What a Prometheus reads, in a folder of its own. */
export interface Monitor {
  readonly prometheus: Running;
  stop(): Promise<void>;
}

/** Starts a Prometheus on a configuration whose durations are as short as the rules'. */
export async function monitor(config: object, rules: string | null): Promise<Monitor> {
  const program = programOf('PROMETHEUS', 'prometheus');
  const dir = mkdtempSync(join(tmpdir(), 'monitoring-'));
  const file = join(dir, 'prometheus.yml');
  const ruleFiles = rules === null ? [] : [join(dir, 'rules.yaml')];
  for (const path of ruleFiles) writeFileSync(path, rules ?? '');
  const global = { scrape_interval: STEP, scrape_timeout: STEP, evaluation_interval: STEP };
  writeFileSync(file, stringify({ ...config, global, rule_files: ruleFiles }));
  const prometheus = await start(program, (address) => [
    `--config.file=${file}`,
    `--storage.tsdb.path=${join(dir, 'data')}`,
    `--web.listen-address=${address}`,
    // As long before a silent series is gone as before, by the same factor.
    `--query.lookback-delta=${(300 * 1000) / TIME_LAPSE}ms`,
  ]);
  return {
    prometheus,
    stop: async () => {
      await prometheus.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
