import type { Derived } from '../budgets.ts';
import type { Watch } from './watch.ts';

/**
 * Seconds without an answer from which a server is down and not starting: half as long again as a start takes, as the probes
 * allow it. Sooner would tell of every update.
 */
export function downSeconds({ deployment: { startup } }: Watch): Derived {
  const value = Math.ceil((1.5 * startup.value) / 60) * 60;
  return { value, because: `1.5 x the time to start, so that an update does not count: ${startup.because}` };
}

/** Seconds without a token while requests run: no plan foresees a longer wait for the first one. */
export function stallSeconds({ deployment: { limits } }: Watch): Derived {
  const shortest = 300;
  const first = Math.ceil((limits.ttftMs?.value ?? 0) / 1000);
  if (first <= shortest) return { value: shortest, because: `${shortest / 60} minutes after ${shortest / 60} minutes without one token` };
  return { value: first, because: `the limit of the first token is ${first} s` };
}

/**
 * Requests that may wait in one server: those that the planned load keeps waiting by itself, and as many as finish within the
 * limit of the first token, since the last of them then just gets its own in time. Without a forecast: a quarter of a batch.
 */
export function queueLimit({ deployment: { load, capacity, forecast, limits } }: Watch): Derived {
  const planned = Math.max(0, load.concurrency - capacity.maxNumSeqs);
  const own = planned > 0 ? `${load.concurrency} clients - ${capacity.maxNumSeqs} in a batch + ` : '';
  if (forecast === null || limits.ttftMs === null) {
    const quarter = Math.max(1, Math.ceil(capacity.maxNumSeqs / 4));
    return { value: planned + quarter, because: `${own}a quarter of the ${capacity.maxNumSeqs} requests of a batch; no forecast` };
  }
  const served = Math.max(1, Math.floor((forecast.requestsPerS * limits.ttftMs.value) / 1000));
  const rate = `${forecast.requestsPerS.toPrecision(3)} requests/s`;
  return {
    value: planned + served,
    because: `${own}what ${rate} finish within the first token's limit of ${limits.ttftMs.value} ms, at least 1`,
  };
}

/** Output tokens per second of one server that has requests waiting, below which the plan does not hold here. */
export function outputFloor({ deployment: { forecast } }: Watch): Derived | null {
  if (forecast === null || !(forecast.outputTokensPerS > 0)) return null;
  const share = 0.6 * forecast.outputTokensPerS;
  const [low] = forecast.outputTokensPerSRange;
  const value = Number(Math.min(share, low > 0 ? low : share).toPrecision(3));
  const parts = `the smaller of 60 % of the forecast ${forecast.outputTokensPerS.toPrecision(3)} tokens/s and its range's lower end ${low.toPrecision(3)}`;
  return { value, because: parts };
}

/** Starts within which two restarts are a loop: long enough for two that take the time that probes allow. */
export function restartWindowSeconds(watch: Watch): Derived {
  const starts = 4 * downSeconds(watch).value;
  const value = Math.max(3600, Math.ceil(starts / 3600) * 3600);
  return { value, because: `an hour, or four times the longest start (${downSeconds(watch).value} s) where that is longer` };
}

/** Restarts in that window that are still an accident. */
export const RESTARTS_ALLOWED = 2;
