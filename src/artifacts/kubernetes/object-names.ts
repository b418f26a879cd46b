import type { Deployment } from '../deployment.ts';

/** Labels by which the Service, the Deployment and every policy find the pods of one server. */
export function selectorLabels({ service }: Pick<Deployment, 'service'>): { [name: string]: string } {
  return { 'app.kubernetes.io/name': 'vllm', 'app.kubernetes.io/instance': service };
}

/** Labels of every object. */
export function objectLabels(deployment: Pick<Deployment, 'service'>): { [name: string]: string } {
  return { ...selectorLabels(deployment), 'app.kubernetes.io/managed-by': 'vllm-wizard' };
}

/** The volume claim that keeps weights and compiled kernels. */
export function cacheClaimName({ service }: Pick<Deployment, 'service'>): string {
  return `${service}-cache`;
}

/** Of the server's port, in pods and Services. */
export const HTTP_PORT = 'http';

/** Of the server in its pod. */
export const SERVER_CONTAINER = 'vllm';
