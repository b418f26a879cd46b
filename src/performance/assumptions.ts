import { pcieBytesPerSPerDirection } from '../catalog/interconnects.ts';
import { GIB } from '../units/bytes.ts';
import { UNKNOWN_PCIE } from './all-reduce.ts';
import { CALIBRATION } from './calibration.ts';
import type { ForecastInput } from './forecast-types.ts';
import type { ReplicaLoad } from './load.ts';

/** What the figures rest on, most important first. Whole sentences with their values. */
export function assumptionsOf(load: ReplicaLoad, input: ForecastInput): readonly string[] {
  return [...hardware(input), ...traffic(load, input), ...limits(load, input)];
}

function hardware({ gpu, layout, fastLink, weightBytes }: ForecastInput): readonly string[] {
  const bandwidth = gpu.memoryBandwidthBytesPerS.value / 1e9;
  const sentences = [
    `A roofline, not a measurement: weights (${(weightBytes / GIB).toFixed(1)} GiB a GPU) and KV cache are read at ` +
      `${percent(CALIBRATION.weightReadFraction)} and ${percent(CALIBRATION.cacheReadFraction)} of ${bandwidth.toFixed(0)} GB/s.`,
  ];
  if (gpu.denseFlopsPerS.bf16 === undefined && gpu.denseFlopsPerS.fp16 === undefined)
    sentences.push('No 16-bit compute rate is known for this GPU; its other rate stands in.');
  if (layout.tensorParallel > 1) sentences.push(linkSentence(gpu, fastLink));
  return sentences;
}

function linkSentence(gpu: ForecastInput['gpu'], fastLink: boolean): string {
  if (fastLink && gpu.link !== undefined) {
    const rate = (gpu.link.bytesPerSPerDirection.value * CALIBRATION.fabricFraction) / 1e9;
    return `All-reduces run over ${gpu.link.kind} at ${rate.toFixed(0)} GB/s.`;
  }
  const link = gpu.pcie?.value ?? UNKNOWN_PCIE;
  const rate = (pcieBytesPerSPerDirection(link) * CALIBRATION.pcieFraction) / (gpu.peerToPeer ? 1 : 2) / 1e9;
  const assumed = gpu.pcie === undefined ? ' (assumed)' : '';
  return `All-reduces run over PCIe ${link.generation}.0 x${link.lanes}${assumed}${gpu.peerToPeer ? '' : ' through host memory'} at ${rate.toFixed(0)} GB/s.`;
}

function traffic(load: ReplicaLoad, { workload }: ForecastInput): readonly string[] {
  const { requestRate, concurrency, numPrompts, prefixHitRate, acceptanceLength } = workload;
  const prefix = `${percent(prefixHitRate)} of the prompt tokens come from the prefix cache.`;
  const loop =
    requestRate === null
      ? `A closed loop: ${concurrency} clients start together and send ${numPrompts} prompts in all.`
      : `An open loop: ${requestRate} requests arrive a second at random, ${numPrompts} in all; ${load.requests.toFixed(1)} are in flight per replica.`;
  const speculation =
    acceptanceLength > 1 ? [`Speculation gives ${acceptanceLength} tokens a step; the time of the draft model is not counted.`] : [];
  return [loop, prefix, ...speculation];
}

function limits(load: ReplicaLoad, { settings, workload, kvCache }: ForecastInput): readonly string[] {
  const sentences: string[] = [];
  if (kvCache === null) sentences.push('The KV cache is taken to hold all requests.');
  if (load.saturated && load.queueS > 0)
    sentences.push(
      `More arrives than can be served: ${workload.requestRate} requests a second, while ${load.limit.toFixed(0)} at a time is the most per replica.`,
    );
  else if (load.queueS > 0)
    sentences.push(
      `Only ${load.limit.toFixed(0)} requests run at once per replica (max_num_seqs ${settings.maxNumSeqs}, or the KV cache); the others wait ${load.queueS.toFixed(1)} s on average.`,
    );
  if (settings.cudagraphMode === 'NONE') sentences.push('Without CUDA graphs every step waits for its kernels to be launched.');
  return sentences;
}

function percent(fraction: number): string {
  return `${(fraction * 100).toFixed(0)} %`;
}
