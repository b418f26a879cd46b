import type { Derived } from '../budgets.ts';
import type { ServerContainer } from '../container.ts';
import type { Deployment } from '../deployment.ts';
import { flagName } from '../secrets.ts';

/** How a pod ends: wait, SIGTERM, SIGKILL. */
export interface Termination {
  /** Seconds before SIGTERM. */
  readonly preStop: Derived;
  /** Seconds from the order to stop until SIGKILL; the wait counts. */
  readonly grace: Derived;
}

/** Until kube-proxy, gateways and routers have heard that the pod is gone, they still send it requests. */
const ENDPOINT_REMOVAL_S = 15;
const TEARDOWN_S = 15;

/**
 * An engine that drains gets SIGTERM when nobody sends it requests any more; one that drops its requests on SIGTERM is
 * kept waiting until they are done.
 *
 * @source the same order in KServe's template and in llm-d's graceful-shutdown component (15 s, drain, 15 s)
 */
export function terminationOf({ drain }: Deployment, container: ServerContainer): Termination {
  const own = container.drains ? shutdownTimeout(container) : null;
  const requests = own ?? drain.value;
  const why = own === null || own === drain.value ? `${drain.value} s for requests (${drain.because})` : `--shutdown-timeout ${own}`;
  const removal = `${ENDPOINT_REMOVAL_S} s until no router sends requests`;
  const preStop = container.drains
    ? { value: ENDPOINT_REMOVAL_S, because: removal }
    : { value: ENDPOINT_REMOVAL_S + requests, because: `${removal} + ${why}: this engine drops its requests on SIGTERM` };
  const value = ENDPOINT_REMOVAL_S + requests + TEARDOWN_S;
  return { preStop, grace: { value, because: `${removal} + ${why} + ${TEARDOWN_S} s to shut down` } };
}

function shutdownTimeout({ args }: ServerContainer): number | null {
  const seconds = Number(args.otherFlags.findLast((flag) => flagName(flag) === '--shutdown-timeout')?.value ?? Number.NaN);
  return Number.isInteger(seconds) && seconds > 0 ? seconds : null;
}
