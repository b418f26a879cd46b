import { vi } from 'vitest';
import type { Deployment } from '../../src/artifacts/deployment.ts';
import { HTTP_METRICS } from '../../src/artifacts/metrics/http-metrics.ts';
import type { Metric } from '../../src/artifacts/metrics/metric.ts';
import { isFed } from '../../src/artifacts/metrics/metric-need.ts';
import { metricsOf } from '../../src/artifacts/metrics/metrics-of.ts';
import { asPlanned, type Behaviour } from './behaviour.ts';
import { StubCluster } from './stub-cluster.ts';
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
  readonly #cluster: StubCluster;
  readonly #kubeState: StubServer;

  constructor(deployment: Deployment, engines: number) {
    this.servedName = deployment.servedName;
    const whole = asPlanned(deployment);
    this.healthy = share(whole, engines);
    const metrics = metricsOf(deployment.version).filter((metric) => isFed(metric, deployment));
    const [once, each] = [metrics.filter(isOfServer), metrics.filter((metric) => !isOfServer(metric))];
    const base = { model_name: deployment.servedName };
    this.#engines = Array.from({ length: engines }, (_, index) => new StubEngine(each, { ...base, engine: String(index) }, this.healthy));
    this.#http = new StubEngine([...once, ...HTTP_METRICS, ...PROCESS_METRICS], base, whole);
    this.#gpus = new StubGpus(deployment.gpus.value, this.healthy.gpu, { namespace: 'models', pod: `${deployment.service}-0` });
    this.#cluster = new StubCluster(deployment.service);
    this.#server = new StubServer([...this.#engines, this.#http], seconds);
    this.#exporter = new StubServer([this.#gpus], seconds);
    this.#kubeState = new StubServer([this.#cluster], seconds);
  }

  async listen(): Promise<{ readonly server: string; readonly gpus: string; readonly cluster: string }> {
    return { server: await this.#server.listen(), gpus: await this.#exporter.listen(), cluster: await this.#kubeState.listen() };
  }

  /** Every engine and GPU alike. */
  behave(behaviour: Behaviour): void {
    for (const engine of this.#engines) engine.behave(behaviour);
    this.#http.behave(share(behaviour, 1 / this.#engines.length));
    this.#gpus.behave(behaviour.gpu);
    this.#cluster.fillVolume(behaviour.volumeFraction);
  }

  /** Every engine serves another name from now on. */
  rename(servedName: string): void {
    for (const engine of this.#engines) engine.rename(servedName);
  }

  restart(): void {
    for (const engine of [...this.#engines, this.#http]) engine.restart();
    this.#cluster.restart();
  }

  goDown(down: boolean): void {
    this.#server.goDown(down);
    this.#cluster.beReady(!down);
  }

  /** Until each of so many Prometheus has read the counters at least twice more. */
  async untilScrapedAgain(watchers: number): Promise<void> {
    const enough = this.#server.scrapes + 3 * watchers;
    await vi.waitUntil(() => this.#server.scrapes >= enough, { timeout: 30_000, interval: 20 });
  }

  async close(): Promise<void> {
    await Promise.all([this.#server.close(), this.#exporter.close(), this.#kubeState.close()]);
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
