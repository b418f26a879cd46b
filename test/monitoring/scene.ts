import { vi } from 'vitest';
import type { Deployment } from '../../src/artifacts/deployment.ts';
import { HTTP_METRICS } from '../../src/artifacts/metrics/http-metrics.ts';
import type { Metric } from '../../src/artifacts/metrics/metric.ts';
import { isFed } from '../../src/artifacts/metrics/metric-need.ts';
import { metricsOf } from '../../src/artifacts/metrics/metrics-of.ts';
import { asPlanned, type Behaviour } from './behaviour.ts';
import { StubEngine } from './stub-engine.ts';
import { StubGpus } from './stub-gpu.ts';
import { StubServer } from './stub-server.ts';

const seconds = (): number => performance.now() / 1000;

/** A server with its engines and GPUs, as scrape targets. */
export class Scene {
  readonly servedName: string;
  readonly healthy: Behaviour;
  readonly #engines: readonly StubEngine[];
  readonly #http: StubEngine;
  readonly #gpus: StubGpus;
  readonly #server: StubServer;
  readonly #exporter: StubServer;

  constructor(deployment: Deployment, engines: number) {
    this.servedName = deployment.servedName;
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
  behave(behaviour: Behaviour): void {
    for (const engine of this.#engines) engine.behave(behaviour);
    this.#http.behave(share(behaviour, 1 / this.#engines.length));
    this.#gpus.behave(behaviour.gpu);
  }

  /** Every engine serves another name from now on. */
  rename(servedName: string): void {
    for (const engine of this.#engines) engine.rename(servedName);
  }

  restart(): void {
    for (const engine of [...this.#engines, this.#http]) engine.restart();
  }

  goDown(down: boolean): void {
    this.#server.goDown(down);
  }

  /** Until the counters as they are now have been read twice. */
  async untilScrapedAgain(): Promise<void> {
    const enough = this.#server.scrapes + 2;
    await vi.waitUntil(() => this.#server.scrapes >= enough, { timeout: 30_000, interval: 20 });
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
