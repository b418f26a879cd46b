import type { Deployment } from '../deployment.ts';
import type { EmitWord } from '../emit-words.ts';
import { textFile } from '../generated-file.ts';
import { type ArtifactKind, oneHost, type RunbookSection } from '../kind.ts';
import { manifestFile } from '../kubernetes/manifests.ts';
import { shellBlock } from '../runbook/markdown.ts';
import { adapterValues } from './adapter-values.ts';
import { ADAPTER_METRIC, hpaManifest } from './hpa-manifest.ts';
import { scaledObjectManifest } from './scaled-object-manifest.ts';

const FOLDER = 'autoscaling';

/** A HorizontalPodAutoscaler on a metric that prometheus-adapter serves. */
export const hpaKind: ArtifactKind = {
  word: 'hpa',
  files: (deployment) => {
    oneHost(deployment);
    return [
      manifestFile(FOLDER, deployment, hpaManifest(deployment)),
      textFile(`${FOLDER}/prometheus-adapter-values.yaml`, adapterValues(deployment)),
    ];
  },
  steps: (deployment, { words }) => [hpaSteps(deployment, words)],
};

/** A ScaledObject of KEDA. */
export const kedaKind: ArtifactKind = {
  word: 'keda',
  files: (deployment) => {
    oneHost(deployment);
    return [manifestFile(FOLDER, deployment, scaledObjectManifest(deployment))];
  },
  steps: (deployment, { words }) => [kedaSteps(deployment, words)],
};

function hpaSteps({ service }: Deployment, words: readonly EmitWord[]): RunbookSection {
  const lines = [
    ...alternative(words, 'keda', 'KEDA'),
    'Prometheus must scrape the pods with the labels `namespace` and `pod`, as a PodMonitor does.',
    '',
    ...shellBlock(
      'helm repo add prometheus-community https://prometheus-community.github.io/helm-charts',
      `helm upgrade --install prometheus-adapter prometheus-community/prometheus-adapter --namespace monitoring --values ${FOLDER}/prometheus-adapter-values.yaml`,
      `kubectl get --raw "/apis/custom.metrics.k8s.io/v1beta1/namespaces/$(kubectl config view --minify -o jsonpath='{..namespace}')/pods/*/${ADAPTER_METRIC}"`,
      `kubectl apply --filename ${FOLDER}/hpa.yaml`,
      `kubectl get hpa ${service}`,
    ),
    '',
    'The third command prints a value for each pod; `TARGETS` of the last one must not stay `<unknown>`.',
  ];
  return { title: 'Scale with a HorizontalPodAutoscaler', lines };
}

function kedaSteps({ service }: Deployment, words: readonly EmitWord[]): RunbookSection {
  const lines = [
    ...alternative(words, 'hpa', 'the HorizontalPodAutoscaler'),
    'KEDA must be in the cluster, and Prometheus at the address that the file names.',
    '',
    ...shellBlock(`kubectl apply --filename ${FOLDER}/scaledobject.yaml`, `kubectl get scaledobject ${service}`),
    '',
    '`READY` becomes `True`; `FALLBACK` is `False` as long as the queries find something.',
  ];
  return { title: 'Scale with KEDA', lines };
}

function alternative(words: readonly EmitWord[], other: string, name: string): string[] {
  const both = words.some((word) => word === other);
  return both ? [`Either this or ${name}, never both: two autoscalers of one Deployment undo each other.`, ''] : [];
}
