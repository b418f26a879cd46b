import { textFile } from '../generated-file.ts';
import { type ArtifactKind, oneHost } from '../kind.ts';
import { shellBlock } from '../runbook/markdown.ts';
import { CHART, valuesInput } from './input.ts';
import { renderValues } from './render.ts';

/** Values for the production-stack chart, under the word and the name that the Python original used. */
export const valuesKind: ArtifactKind = {
  word: 'k8s',
  files: (deployment, { result }) => {
    const container = oneHost(deployment);
    const input = valuesInput(deployment, container, result.document.config.enable_prefix_caching);
    return [textFile('k8s-values.yaml', renderValues(deployment, container, input))];
  },
  steps: () => [
    {
      title: 'The production-stack chart',
      lines: shellBlock(
        `helm repo add vllm ${CHART.repository}`,
        `helm install llm vllm/${CHART.name} --version ${CHART.version} --values k8s-values.yaml`,
      ),
    },
  ],
};
