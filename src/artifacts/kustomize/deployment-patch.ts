import type { IDeployment } from 'kubernetes-models/apps/v1/Deployment';
import type { Deployment } from '../deployment.ts';

type Spec = NonNullable<IDeployment['spec']>;
type Template = Spec['template'];
/** What a merge patch may say: any part of it. */
type Part<T> = T extends readonly (infer E)[] ? readonly Part<E>[] : T extends object ? { readonly [K in keyof T]?: Part<T[K]> } : T;

/** A strategic merge patch of the server's Deployment. */
export function deploymentPatch(
  { service }: Deployment,
  spec: Part<Omit<Spec, 'template'>> & { readonly template?: Part<Template> },
): object {
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: service }, spec };
}
