import type { Rule } from '../rule.ts';
import { spotOfKey } from '../view/kubernetes.ts';

export const kedaDefaultQuery: Rule = {
  id: 'keda-default-query',
  severity: 'error',
  formats: ['Helm values'],
  finds: "KEDA of the production-stack chart with the chart's own query",
  why: 'That query filters by the label `model`, which no series of the engine has, and is not aggregated: nothing is ever scaled.',
  fix: 'Write keda.triggers with sum(vllm:num_requests_waiting{model_name="…"} + vllm:num_requests_running{model_name="…"}).',
  *check({ containers }) {
    for (const { source, node, file } of containers) {
      const keda = node?.at('keda');
      if (source !== 'values' || node === null || keda?.isMap !== true || keda.at('enabled').text !== 'true') continue;
      if (keda.at('triggers').items().length === 0)
        yield { at: spotOfKey(file, node, 'keda'), message: 'No triggers are given, so the default query is used.' };
    }
  },
};
