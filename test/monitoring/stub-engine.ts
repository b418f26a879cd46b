import type { Metric } from '../../src/artifacts/metrics/metric.ts';
import type { Behaviour } from './behaviour.ts';
import type { Family, Labels } from './exposition.ts';
import { eventsOf } from './stub-events.ts';
import { gaugeOf } from './stub-gauges.ts';
import { labelSets } from './stub-labels.ts';
import { StubMeter } from './stub-meter.ts';

/** Counts what an engine would have counted; time passes only by `pass`. */
export class StubEngine {
  readonly #metrics: readonly Metric[];
  #base: Labels;
  #behaviour: Behaviour;
  #meters: readonly (readonly StubMeter[])[];

  /** @param base labels that all of its series have, as far as their metrics have them */
  constructor(metrics: readonly Metric[], base: Labels, behaviour: Behaviour) {
    this.#metrics = metrics;
    this.#base = base;
    this.#behaviour = behaviour;
    this.#meters = this.#newMeters();
  }

  behave(behaviour: Behaviour): void {
    this.#behaviour = behaviour;
  }

  /** Serves another name from now on, in a process of its own. */
  rename(model_name: string): void {
    this.#base = { ...this.#base, model_name };
    this.restart();
  }

  /** Counts from nought again, as a process that is started again does. */
  restart(): void {
    this.#meters = this.#newMeters();
  }

  pass(seconds: number): void {
    for (const meter of this.#meters.flat()) {
      const { perS, typical } = eventsOf(meter.name, meter.labels, this.#behaviour);
      meter.count(perS * seconds, typical);
    }
  }

  families(): Family[] {
    return this.#metrics.map(({ name, type }, index) => {
      const meters = this.#meters[index] ?? [];
      const samples = meters.flatMap((meter) => meter.samples(() => gaugeOf(name, meter.labels, this.#behaviour)));
      return { name, type, samples };
    });
  }

  #newMeters(): StubMeter[][] {
    return this.#metrics.map((metric) => labelSets(metric, this.#base).map((labels) => new StubMeter(metric, labels)));
  }
}
