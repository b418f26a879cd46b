import type { Deployment } from '../deployment.ts';
import { ruleGroups } from './rule-groups.ts';
import { type Scope, watchOf } from './watch.ts';

/** One expression that the rules of a deployment evaluate. */
export interface RuleQuery {
  /** Of the recording rule or alert. */
  readonly name: string;
  readonly kind: 'recording' | 'alert';
  readonly expr: string;
  /** Series that it selects, sorted: `vllm:e2e_request_latency_seconds_bucket`, `up`, … and records of other rules. */
  readonly series: readonly string[];
}

/** Every expression of the rules file, in its order. */
export function allQueries(deployment: Deployment, scope: Scope = 'host'): RuleQuery[] {
  return ruleGroups(watchOf(deployment, scope)).flatMap(({ recordings, alerts }) => [
    ...recordings.map(({ record, expr }) => ({ name: record, kind: 'recording' as const, expr, series: selectedSeries(expr) })),
    ...alerts.map(({ alert, expr }) => ({ name: alert, kind: 'alert' as const, expr, series: selectedSeries(expr) })),
  ]);
}

/** Names before a `{`; every selector of the rules has one. Strings may hold anything, so they go first. */
function selectedSeries(expr: string): string[] {
  const bare = expr.replace(/"(?:[^"\\]|\\.)*"/g, '""');
  return [...new Set([...bare.matchAll(/([A-Za-z_:][\w:]*)\{/g)].map(([, name = '']) => name))].sort();
}
