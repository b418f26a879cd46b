import { DCGM_METRICS } from '../../src/artifacts/metrics/dcgm-metrics.ts';
import type { GpuBehaviour } from './behaviour.ts';
import type { Family, Labels } from './exposition.ts';

/** Fields that the exporter ships, of the GPUs of one host; counters move with `pass`. */
export class StubGpus {
  readonly #gpus: readonly Labels[];
  readonly #totals = new Map<string, number>();
  #behaviour: GpuBehaviour;

  /** @param user labels of the pod that uses them, as the exporter adds them in a cluster */
  constructor(count: number, behaviour: GpuBehaviour, user: Labels = {}) {
    this.#behaviour = behaviour;
    this.#gpus = Array.from({ length: count }, (_, gpu) => ({
      gpu: String(gpu),
      UUID: `GPU-${gpu}`,
      pci_bus_id: `00000000:0${gpu}:00.0`,
      device: `nvidia${gpu}`,
      modelName: 'NVIDIA H100 80GB HBM3',
      Hostname: 'gpu-host',
      ...user,
    }));
  }

  behave(behaviour: GpuBehaviour): void {
    this.#behaviour = behaviour;
  }

  pass(seconds: number): void {
    for (const { name, type } of DCGM_METRICS) {
      if (type === 'counter') this.#totals.set(name, (this.#totals.get(name) ?? 0) + this.#perS(name) * seconds);
    }
  }

  families(): Family[] {
    return DCGM_METRICS.map(({ name, type }) => {
      const value = type === 'counter' ? (this.#totals.get(name) ?? 0) : this.#level(name);
      return { name, type, samples: this.#gpus.map((labels) => ({ series: name, labels, value })) };
    });
  }

  /** Energy is counted in mJ, throttling in µs. */
  #perS(name: string): number {
    const { watts, throttledFraction, faults } = this.#behaviour;
    if (name === 'DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION') return 1000 * watts;
    if (/_VIOLATION$/.test(name)) return 1e6 * throttledFraction;
    if (name === 'DCGM_FI_DEV_NVLINK_BANDWIDTH_TOTAL') return 1e6;
    return faults;
  }

  #level(name: string): number {
    const { utilisation, watts, celsius, xid, faults } = this.#behaviour;
    const levels: Readonly<Record<string, number>> = {
      DCGM_FI_DEV_GPU_UTIL: utilisation,
      DCGM_FI_DEV_POWER_USAGE: watts,
      DCGM_FI_DEV_GPU_TEMP: celsius,
      DCGM_FI_DEV_MEMORY_TEMP: celsius,
      DCGM_FI_DEV_XID_ERRORS: xid,
      DCGM_FI_DEV_ROW_REMAP_FAILURE: faults,
      DCGM_FI_DEV_SM_CLOCK: 1980,
      DCGM_FI_DEV_MEM_CLOCK: 2619,
      DCGM_FI_DEV_FB_USED: 73_000,
      DCGM_FI_DEV_FB_FREE: 8_000,
    };
    return levels[name] ?? utilisation / 100;
  }
}
