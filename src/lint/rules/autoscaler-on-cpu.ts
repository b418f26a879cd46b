import type { Rule } from '../rule.ts';
import { spotOf } from '../view/kubernetes.ts';
import { autoscalersOf, scalesEngine } from './autoscalers.ts';

export const autoscalerOnCpu: Rule = {
  id: 'autoscaler-on-cpu',
  severity: 'warning',
  formats: ['Kubernetes', 'Helm values'],
  finds: 'An engine that is scaled by CPU or host memory',
  why: 'Neither follows the load of a GPU server: CPU stays flat while requests queue up.',
  fix: 'Scale by vllm:num_requests_waiting plus vllm:num_requests_running, or by vllm:kv_cache_usage_perc.',
  *check(tree) {
    for (const scaler of autoscalersOf(tree)) {
      if (!scalesEngine(scaler, tree)) continue;
      const { root, file } = scaler.object;
      for (const metric of root.at('spec', 'metrics').items()) {
        const name = metric.at('resource', 'name').exists ? metric.at('resource', 'name') : metric.at('containerResource', 'name');
        if (name.text === 'cpu' || name.text === 'memory') yield { at: spotOf(file, name), message: `Replicas follow ${name.text}.` };
      }
      const old = root.at('spec', 'targetCPUUtilizationPercentage');
      if (old.exists) yield { at: spotOf(file, old), message: 'Replicas follow cpu.' };
      for (const trigger of root.at('spec', 'triggers').items()) {
        const type = trigger.at('type');
        if (type.text === 'cpu' || type.text === 'memory') yield { at: spotOf(file, type), message: `Replicas follow ${type.text}.` };
      }
    }
  },
};
