import { parser } from '@prometheus-io/lezer-promql';
import type { DashboardJson, PanelJson } from './dashboard-json.ts';

/** What a reader of the dashboard has chosen. */
export interface Choices {
  readonly model: string;
  readonly instances: readonly string[];
  readonly gpuHosts: readonly string[];
  /** A duration of PromQL. */
  readonly rateInterval: string;
}

export const SOME_CHOICES: Choices = { model: 'm', instances: ['vllm:8000', '10.0.0.7:8000'], gpuHosts: ['node-a'], rateInterval: '1m' };

/**
 * A query as Grafana sends it: values of single variables as quoted text, of multiple ones as a pattern of alternatives.
 *
 * @source grafana packages/grafana-prometheus/src/escaping.ts and datasource.ts `interpolateQueryExpr`
 */
export function fillVariables(expr: string, { model, instances, gpuHosts, rateInterval }: Choices): string {
  return expr
    .replaceAll('$__rate_interval', () => rateInterval)
    .replaceAll('"$model_name"', () => `"${model.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`)
    .replaceAll('"$instance"', () => `"${alternatives(instances)}"`)
    .replaceAll('"$gpu_host"', () => `"${alternatives(gpuHosts)}"`);
}

function alternatives(values: readonly string[]): string {
  const patterns = values.map((value) => value.replace(/[\\^$.*+?()[\]{}|]/g, '\\\\$&'));
  return patterns.length === 1 ? patterns.join('') : `(${patterns.join('|')})`;
}

/** Places at which a query is not PromQL; empty: it is. Also finds ranges without a unit, which the grammar lets pass. */
export function promqlErrors(expr: string): string[] {
  const errors: string[] = [];
  parser.parse(expr).iterate({
    enter: ({ type, from, to }) => {
      if (type.isError) errors.push(`${from}: ${expr.slice(Math.max(0, from - 20), to + 20)}`);
    },
  });
  const bare = /\[\s*\d+\s*\]/.exec(expr);
  return bare ? [...errors, `${bare.index}: range without a unit`] : errors;
}

export function panelsOf({ panels }: DashboardJson): PanelJson[] {
  return panels.filter((panel) => panel.type !== 'row');
}

/** Every query of a dashboard with the panel that it belongs to, those of annotations too. */
export function queriesOf(dashboard: DashboardJson): { readonly panel: string; readonly expr: string }[] {
  const ofPanels = panelsOf(dashboard).flatMap(({ title, targets }) => targets.map(({ expr }) => ({ panel: title, expr })));
  const ofAnnotations = dashboard.annotations.list.flatMap(({ name, expr }) => (expr === undefined ? [] : [{ panel: name, expr }]));
  return [...ofPanels, ...ofAnnotations];
}
