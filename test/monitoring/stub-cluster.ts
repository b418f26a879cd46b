import type { Family, Labels, Sample } from './exposition.ts';

/** What kube-state-metrics and the kubelet say of the server's pod and of its volume. */
export class StubCluster {
  readonly #pod: Labels;
  readonly #claim: Labels;
  #restarts = 0;
  #ready = true;
  #fullFraction = 0;

  constructor(service: string) {
    this.#pod = { namespace: 'models', pod: `${service}-0`, container: 'vllm' };
    this.#claim = { namespace: 'models', persistentvolumeclaim: `${service}-cache` };
  }

  restart(): void {
    this.#restarts += 1;
  }

  beReady(ready: boolean): void {
    this.#ready = ready;
  }

  fillVolume(fraction: number): void {
    this.#fullFraction = fraction;
  }

  pass(): void {
    // Nothing of it moves by itself.
  }

  families(): Family[] {
    const family = (name: string, type: Family['type'], labels: Labels, value: number): Family => {
      const sample: Sample = { series: name, labels, value };
      return { name, type, samples: [sample] };
    };
    return [
      family('kube_pod_container_status_ready', 'gauge', this.#pod, this.#ready ? 1 : 0),
      family('kube_pod_container_status_restarts_total', 'counter', this.#pod, this.#restarts),
      family('kubelet_volume_stats_capacity_bytes', 'gauge', this.#claim, 100e9),
      family('kubelet_volume_stats_used_bytes', 'gauge', this.#claim, 100e9 * this.#fullFraction),
    ];
  }
}
