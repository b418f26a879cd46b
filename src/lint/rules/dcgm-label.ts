import type { Rule } from '../rule.ts';

export const dcgmLabel: Rule = {
  id: 'dcgm-label',
  severity: 'warning',
  formats: ['PromQL'],
  finds: 'DCGM metrics grouped or filtered by `node`',
  why: "The exporter's label is Hostname: a grouping by node puts all hosts together, a filter finds nothing.",
  fix: 'Write Hostname, or add the label node by relabelling.',
  *check({ queries, files }) {
    if (files.some(({ text }) => /(targetLabel|target_label)["']?:\s*["']?node\b/.test(text))) return;
    for (const { facts, spot } of queries) {
      for (const { metric, matchers } of facts.selectors) {
        if (metric?.startsWith('DCGM_') !== true) continue;
        for (const { label, at } of matchers) if (label === 'node') yield { at: spot(at), message: `${metric} has no label node.` };
      }
      for (const { labels, metrics } of facts.groupings) {
        if (metrics.length === 0 || !metrics.every((metric) => metric.startsWith('DCGM_'))) continue;
        for (const { name, at } of labels) if (name === 'node') yield { at: spot(at), message: `${metrics[0] ?? ''} has no label node.` };
      }
    }
  },
};
