import type { Deployment } from '../deployment.ts';
import { selectorLabels } from '../kubernetes/object-names.ts';

/**
 * The release whose charts and plugins are used, and that of the resource definitions that it is built on.
 *
 * @source go.mod of llm-d-router v0.10.0
 */
export const ROUTER_RELEASE = 'v0.10.0';
export const EXTENSION_RELEASE = 'v1.5.0';

/** The Gateway of llm-d's guides. */
export const GATEWAY = 'llm-d-inference-gateway';

/** The secret that llm-d's guides and charts look for; its key is HF_TOKEN. */
export const TOKEN_SECRET = 'llm-d-hf-token';

/** The port on which the endpoint picker is asked where to send a request. */
export const PICKER_PORT = 9002;

/** Labels by which llm-d's filters and monitors know what a server does: both halves of a request, here. */
export function serverLabels({ slug }: Pick<Deployment, 'slug'>): { readonly [name: string]: string } {
  return { 'llm-d.ai/guide': 'optimized-baseline', 'llm-d.ai/model': slug, 'llm-d.ai/role': 'both' };
}

/** Labels of the pods that requests may be sent to. */
export function poolLabels(deployment: Pick<Deployment, 'service' | 'slug'>): { readonly [name: string]: string } {
  return { ...selectorLabels(deployment), 'llm-d.ai/role': 'both' };
}

/** The chart names its endpoint picker after the release, which is called as the pool is. */
export function pickerName({ service }: Pick<Deployment, 'service'>): string {
  return `${service}-epp`;
}
