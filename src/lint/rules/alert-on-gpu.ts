import type { Rule } from '../rule.ts';
import { isGpuUse } from './autoscaler-on-gpu.ts';

export const alertOnGpu: Rule = {
  id: 'alert-on-gpu',
  severity: 'warning',
  formats: ['PromQL'],
  finds: 'An alert on high GPU memory or GPU utilisation',
  why: 'vLLM takes its share of memory at start and keeps it, and any load shows as 100 % utilisation: the alert is always on.',
  fix: 'Alert on vllm:kv_cache_usage_perc with preemptions, or on vllm:num_requests_waiting.',
  *check({ queries }) {
    for (const { use, facts, spot, text } of queries) {
      if (use !== 'alert') continue;
      const found = facts.selectors.find(({ metric }) => metric !== null && isGpuUse(metric));
      // Low use is another matter: an idle GPU costs money.
      if (found !== undefined && !isAboutIdle(text)) yield { at: spot(found.at), message: `The alert watches ${found.metric ?? ''}.` };
    }
  },
};

function isAboutIdle(text: string): boolean {
  return /<=?\s*\d/.test(text) && !/FB_FREE/.test(text);
}
