import type { Deployment } from '../deployment.ts';
import { headerLines } from '../file-header.ts';
import { type GeneratedFile, textFile } from '../generated-file.ts';
import { type Remark, yamlText } from '../yaml-text.ts';

/** One folder of the tree. */
export interface Folder {
  readonly path: string;
  readonly kind: 'Kustomization' | 'Component';
  readonly header: readonly string[];
  /** Other fields of kustomization.yaml, in their order. */
  readonly fields: object;
  readonly remarks?: readonly Remark[];
  readonly files: readonly GeneratedFile[];
}

const VERSIONS = { Kustomization: 'kustomize.config.k8s.io/v1beta1', Component: 'kustomize.config.k8s.io/v1alpha1' } as const;

export function folderFiles(deployment: Deployment, { path, kind, header, fields, remarks = [], files }: Folder): GeneratedFile[] {
  const text = yamlText({ apiVersion: VERSIONS[kind], kind, ...fields }, headerLines(deployment, ...header), remarks);
  return [textFile(`${path}/kustomization.yaml`, text), ...files];
}
