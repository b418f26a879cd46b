import type { Derived } from './budgets.ts';
import type { Deployment } from './deployment.ts';

/** Where nothing is known of the length of a request. */
const UNKNOWN_S = 600;
const LEAST_S = 60;

/**
 * Seconds after which a gateway may give a request up, streamed answers included: half as much again as the slowest percent
 * may take. Gateways' own defaults of 15 to 300 s cut long answers off.
 */
export function requestTimeout({ forecast, limits }: Pick<Deployment, 'forecast' | 'limits'>): Derived {
  const slowest = Math.max(forecast?.e2eMs.p99 ?? 0, limits.e2eMs?.value ?? 0) / 1000;
  if (slowest === 0) return { value: UNKNOWN_S, because: `${UNKNOWN_S} s: no forecast of the request time` };
  const value = Math.max(LEAST_S, Math.ceil(1.5 * slowest));
  return { value, because: `1.5 x ${Math.ceil(slowest)} s, the p99 of a request or its limit, ${LEAST_S} s at least` };
}
