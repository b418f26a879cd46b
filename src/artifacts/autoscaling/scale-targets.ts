import type { Derived } from '../budgets.ts';
import type { Deployment } from '../deployment.ts';
import type { Forecast, PlannedLoad } from '../expectations.ts';

/** Room for requests that come while a further replica starts. */
const TARGET_SHARE = 0.8;

/** Requests that one replica shall have in flight: above, another one is started. */
export function requestsTarget({ load, forecast, capacity }: Deployment): Derived {
  const planned = requestsInFlight(load, forecast);
  const value = Math.max(1, Math.floor(TARGET_SHARE * Math.min(planned.value, capacity.maxNumSeqs)));
  return { value, because: `${TARGET_SHARE} x the planned load of a replica (${planned.because}), at least 1` };
}

/** Little's law where the load is a rate. */
function requestsInFlight({ requestRate, concurrency }: PlannedLoad, forecast: Forecast | null): Derived {
  if (requestRate === null || !Number.isFinite(requestRate) || forecast === null)
    return { value: concurrency, because: `${concurrency} requests at once` };
  const { mean } = forecast.e2eMs;
  return { value: (requestRate * mean) / 1000, because: `${requestRate} requests/s for a mean of ${mean.toFixed(0)} ms` };
}

/** Share of the KV cache in use; past 1 the engine throws requests out of the batch and computes them again. */
export function kvUsageTarget(): Derived {
  return { value: TARGET_SHARE, because: `${TARGET_SHARE * 100} % of the KV cache: when it is full, running requests are preempted` };
}
