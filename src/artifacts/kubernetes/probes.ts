import type { IContainer } from 'kubernetes-models/v1/Container';
import { PROBE_PERIOD_S, startupFailures } from '../budgets.ts';
import type { Deployment } from '../deployment.ts';
import { HTTP_PORT } from './object-names.ts';

/**
 * The server opens its port when the model is loaded, so all three ask the same: /health, which needs no API key. Nothing
 * is restarted before the startup probe has succeeded once or its budget is used up.
 */
export function probes({ startup, healthPath }: Deployment) {
  const httpGet = { path: healthPath, port: HTTP_PORT };
  return {
    startupProbe: { httpGet, periodSeconds: PROBE_PERIOD_S, timeoutSeconds: 5, failureThreshold: startupFailures(startup).value },
    livenessProbe: { httpGet, periodSeconds: 10, timeoutSeconds: 10, failureThreshold: 3 },
    readinessProbe: { httpGet, periodSeconds: 5, timeoutSeconds: 5, failureThreshold: 3 },
  } satisfies Partial<IContainer>;
}
