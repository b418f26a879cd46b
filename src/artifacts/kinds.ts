import { hpaKind, kedaKind } from './autoscaling/kinds.ts';
import { benchmarkKind } from './benchmark/kind.ts';
import { commandKind } from './command/kind.ts';
import { composeKind } from './compose/kind.ts';
import { dockerRunKind } from './docker/kind.ts';
import { helmKind } from './helm/kind.ts';
import { valuesKind } from './k8s-values/kind.ts';
import type { ArtifactKind } from './kind.ts';
import { rayServiceKind } from './kuberay/kind.ts';
import { manifestsKind } from './kubernetes/kind.ts';
import { kustomizeKind } from './kustomize/kind.ts';
import { llmdKind } from './llm-d/kind.ts';
import { leaderWorkerSetKind } from './lws/kind.ts';
import { grafanaKind } from './monitoring/grafana/kind.ts';
import { alertmanagerKind, prometheusKind, prometheusOperatorKind } from './monitoring/kinds.ts';
import { profileKind } from './profile/kind.ts';

/** Every kind of file, in the order in which they are written and listed. A new kind is a folder, a word and a line here. */
export const KINDS: readonly ArtifactKind[] = [
  commandKind,
  profileKind,
  dockerRunKind,
  composeKind,
  valuesKind,
  manifestsKind,
  kustomizeKind,
  helmKind,
  hpaKind,
  kedaKind,
  benchmarkKind,
  leaderWorkerSetKind,
  rayServiceKind,
  llmdKind,
  prometheusKind,
  prometheusOperatorKind,
  alertmanagerKind,
  grafanaKind,
];
