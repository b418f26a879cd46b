import type { Hit, Rule } from '../rule.ts';
import type { Query } from '../view/query.ts';
import type { Tree } from '../view/tree.ts';
import { mapsOf } from '../view/walk.ts';

/** Labels that people look for where the engine says `model_name`. */
const WRONG = new Set(['model', 'model_id', 'served_model_name']);

export const metricLabel: Rule = {
  id: 'metric-label',
  severity: 'error',
  formats: ['PromQL', 'Kubernetes', 'Helm values'],
  finds: "The label `model` on the engine's metrics",
  why: 'Their label is model_name: a filter by another one finds nothing, and a grouping by it puts all models together.',
  fix: 'Write model_name, which holds the served name.',
  *check(tree) {
    const own = labelsOfScrapes(tree);
    for (const query of tree.queries) yield* ofQuery(query, own);
  },
};

function* ofQuery({ facts, spot }: Query, own: ReadonlySet<string>): Generator<Hit> {
  for (const { metric, matchers } of facts.selectors) {
    if (metric?.startsWith('vllm:') !== true || metric === 'vllm:num_incoming_requests_total') continue;
    for (const { label, at } of matchers) {
      if (WRONG.has(label) && !own.has(label)) yield { at: spot(at), message: `${metric} has no label ${label}.` };
    }
  }
  for (const { labels, metrics, kind } of facts.groupings) {
    if (kind === 'without' || kind === 'ignoring' || metrics.length === 0 || !metrics.every((metric) => metric.startsWith('vllm:')))
      continue;
    for (const { name, at } of labels) {
      if (WRONG.has(name) && !own.has(name)) yield { at: spot(at), message: `${metrics[0] ?? ''} has no label ${name}.` };
    }
  }
}

/** Labels that a scrape configuration of the same files adds. */
function labelsOfScrapes({ files }: Tree): ReadonlySet<string> {
  const found = new Set<string>();
  for (const file of files) {
    for (const root of file.documents) {
      if (!/targetLabel|target_label|static_configs/.test(file.text)) continue;
      for (const { node } of mapsOf(root)) {
        for (const key of ['targetLabel', 'target_label']) found.add(node.at(key).text ?? '');
        if (node.at('targets').isList) for (const [name] of node.at('labels').entries()) found.add(name);
      }
    }
  }
  return found;
}
