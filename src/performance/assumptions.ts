import { pcieBytesPerSPerDirection } from '../catalog/interconnects.ts';
import { GIB } from '../units/bytes.ts';
import { UNKNOWN_PCIE } from './all-reduce.ts';
import { CALIBRATION } from './calibration.ts';
import type { BasisShares, ForecastInput } from './forecast-types.ts';
import type { TraceRequest } from './load/parse-trace.ts';
import type { ReplicaLoad } from './load.ts';
import type { SimulationResult } from './scheduler/simulation.ts';
import { fitting, playedPrompts } from './simulation-input.ts';

/** What the figures rest on, most important first. Whole sentences with their values. */
export function assumptionsOf(load: ReplicaLoad, input: ForecastInput): readonly string[] {
  return [...hardware(input), ...traffic(load.requests, input), ...limits(load, input)];
}

/** The same for a benchmark that was played. */
export function twinAssumptions(played: SimulationResult, shares: BasisShares, input: ForecastInput): readonly string[] {
  return [
    ...(input.kernels ? measured(shares, input) : hardware(input)),
    ...traffic(played.meanBatch, input),
    ...playedLimits(played, input),
  ];
}

function measured({ measured: timed, interpolated, roofline }: BasisShares, { gpu, layout, fastLink }: ForecastInput): readonly string[] {
  const sentences = [
    `A simulation over kernels that were measured on ${gpu.label}: ${percent(timed)} of the time was timed in this very shape, ` +
      `${percent(interpolated)} lies between shapes that were, ${percent(roofline)} comes from bandwidth, compute rate and fitted constants.`,
  ];
  if (layout.tensorParallel > 1) sentences.push(linkSentence(gpu, fastLink));
  return sentences;
}

function playedLimits({ queueS, peakBatch, preemptions }: SimulationResult, input: ForecastInput): readonly string[] {
  const { settings, kvCache } = input;
  const sentences: string[] = [];
  const all = Math.max(1, Math.round(input.workload.numPrompts / input.layout.dataParallel));
  const some = playedPrompts(input);
  if (some < all)
    sentences.push(`Only the first ${some} of ${all} prompts per replica are played, to answer soon; a longer queue is not seen.`);
  if (kvCache === null) sentences.push('The KV cache is taken to hold all requests.');
  if (queueS.mean > LONG_QUEUE_S)
    sentences.push(
      `At most ${peakBatch} requests run at once per replica (max_num_seqs ${settings.maxNumSeqs}, the KV cache and the token budget); ` +
        `a request waits ${queueS.mean.toFixed(1)} s on average.`,
    );
  if (preemptions > 0) sentences.push(`The KV cache runs full: ${preemptions} requests are preempted and computed again.`);
  if (settings.cudagraphMode === 'NONE') sentences.push('Without CUDA graphs every step waits for its kernels to be launched.');
  return sentences;
}

/** Queues that are worth a sentence. */
const LONG_QUEUE_S = 0.1;

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

function traffic(requests: number, input: ForecastInput): readonly string[] {
  const { workload } = input;
  if (workload.trace) return recordedTraffic(workload.trace, input);
  const { requestRate, concurrency, numPrompts, prefixHitRate, acceptanceLength } = workload;
  const prefix = `${percent(prefixHitRate)} of the prompt tokens come from the prefix cache.`;
  const loop =
    requestRate === null
      ? `A closed loop: ${concurrency} clients start together and send ${numPrompts} prompts in all.`
      : `An open loop: ${requestRate} requests arrive a second at random, ${numPrompts} in all; ${requests.toFixed(1)} are in flight per replica.`;
  const speculation =
    acceptanceLength > 1 ? [`Speculation gives ${acceptanceLength} tokens a step; the time of the draft model is not counted.`] : [];
  return [loop, prefix, ...speculation];
}

function recordedTraffic(trace: readonly TraceRequest[], input: ForecastInput): readonly string[] {
  const { promptTokens, genTokens, prefixHitRate } = input.workload;
  const seconds = trace.at(-1)?.sendS ?? 0;
  const refused = trace.length - fitting(trace, input).length;
  return [
    `A recorded load: ${trace.length} requests over ${seconds.toFixed(1)} s, of ${promptTokens} + ${genTokens} tokens on average.`,
    ...(refused > 0 ? [`${refused} of them are longer than max_model_len; the engine refuses them, and they are not counted.`] : []),
    `${percent(prefixHitRate)} of the prompt tokens come from the prefix cache.`,
  ];
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
