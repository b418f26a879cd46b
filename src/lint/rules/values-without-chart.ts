import type { Rule } from '../rule.ts';
import { hasChart } from '../view/has-chart.ts';
import { isPlainValues } from '../view/values.ts';

export const valuesWithoutChart: Rule = {
  id: 'values-without-chart',
  severity: 'warning',
  formats: ['Helm values'],
  finds: 'Values with `image` and `args` at the top, and no chart beside them',
  why: 'No published vLLM chart reads these keys, so Helm ignores them and installs its defaults.',
  fix: 'Write the keys of a chart: servingEngineSpec.modelSpec for vllm-project/production-stack.',
  *check({ files }) {
    for (const file of files) {
      for (const root of file.documents) {
        if (!isPlainValues(root) || !(root.at('args').isList || root.at('extraArgs').isList)) continue;
        if (hasChart(file.path, files)) continue;
        yield { at: { file, offset: root.keyAt('image') ?? root.from }, message: 'These keys belong to no chart of the files.' };
      }
    }
  },
};
