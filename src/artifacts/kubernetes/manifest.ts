import type { Remark } from '../yaml-text.ts';

/** One object of a cluster, before it is text. */
export interface Manifest {
  /** Without folder. */
  readonly file: string;
  readonly object: ClusterObject;
  /** What the file is for, above its first key. */
  readonly header: readonly string[];
  readonly remarks: readonly Remark[];
}

export interface ClusterObject {
  readonly apiVersion: string;
  readonly kind: string;
}
