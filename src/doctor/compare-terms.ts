import type { Evaluation } from '../plan/evaluate.ts';
import { GIB } from '../units/bytes.ts';
import type { Readings } from './readings.ts';

/** One figure of the log beside the same figure of the memory model. */
export interface Term {
  readonly name: string;
  readonly unit: 'bytes' | 'tokens' | 'requests' | 'blocks';
  readonly logged: number | null;
  readonly predicted: number | null;
  /** 90 % range of the prediction, where it is an estimate. */
  readonly range: readonly [number, number] | null;
}

/** Every term that the log or the model states, in the order in which a start-up goes through them. */
export function compareTerms(readings: Readings, evaluation: Evaluation | null): readonly Term[] {
  const memory = evaluation?.answer?.memory ?? null;
  const worker = memory?.workers[0] ?? null;
  const cache = memory?.kvCache ?? null;
  const ranges = memory?.ranges ?? null;
  const size = (name: string, logged: number | null, predicted: number | null | undefined, range: Term['range'] = null): Term => ({
    name,
    unit: 'bytes',
    logged: logged === null ? null : Math.round(logged * GIB),
    predicted: predicted ?? null,
    range,
  });
  const count = (
    name: string,
    unit: Term['unit'],
    logged: number | null,
    predicted: number | null | undefined,
    range: Term['range'] = null,
  ): Term => ({
    name,
    unit,
    logged,
    predicted: predicted ?? null,
    range,
  });
  const terms = [
    size('GPU total', readings.totalGib, worker?.totalBytes),
    size('free at start', readings.freeGib, null),
    size('budget of the engine', readings.requestedGib, worker?.requestedBytes),
    size('weights', readings.weightsGib, worker?.weightsBytes),
    size('peak activation', readings.peakActivationGib, worker?.peakActivationBytes, ranges?.peakActivationBytes ?? null),
    size('outside torch', readings.nonTorchGib, worker?.nonTorchBytes, ranges?.nonTorchBytes ?? null),
    size('consumed (weights and outside torch)', readings.consumedGib, worker === null ? null : worker.weightsBytes + worker.nonTorchBytes),
    size('CUDA graphs', readings.graphGib ?? readings.graphEstimateGib, worker?.cudaGraphBytes, ranges?.cudaGraphBytes ?? null),
    size('left for the KV cache', readings.availableKvGib, worker?.availableKvCacheBytes, ranges?.availableKvCacheBytes ?? null),
    size('KV cache of one request', readings.neededKvGib, cache?.bytesPerRequest),
    count('KV blocks', 'blocks', readings.blocks, cache?.numBlocks),
    count('KV tokens', 'tokens', readings.tokens, cache?.tokens, ranges?.tokens ?? null),
    count('longest context that fits', 'tokens', readings.estimatedMaxModelLen, cache?.estimatedMaxModelLen),
    count('requests of full length at once', 'requests', readings.concurrency, cache?.maxConcurrency),
  ];
  return terms.filter(({ logged, predicted }) => logged !== null || (predicted !== null && worker !== null));
}
