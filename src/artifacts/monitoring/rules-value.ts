import { RUNBOOK_FILE } from '../runbook/render.ts';
import type { Remark } from '../yaml-text.ts';
import { durationText, templateText } from './promql.ts';
import type { AlertRule, RecordingRule, RuleGroup } from './rule.ts';
import type { Watch } from './watch.ts';

type Labels = Readonly<Record<string, string>>;

interface RecordingJson {
  readonly record: string;
  readonly expr: string;
  readonly labels?: Labels;
}

interface AlertJson {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: Labels;
  readonly annotations: Labels;
}

/** What a rules file holds, and the `spec` of a PrometheusRule. */
export interface RulesValue {
  readonly groups: readonly { readonly name: string; readonly rules: readonly (RecordingJson | AlertJson)[] }[];
}

export function rulesValue(watch: Watch, groups: readonly RuleGroup[]): RulesValue {
  return {
    groups: groups.map(({ name, recordings, alerts }) => ({
      name,
      rules: [...recordings.map(recordingJson), ...alerts.map((alert) => alertJson(watch, alert))],
    })),
  };
}

/** Why each rule is as it is, above its expression. */
export function ruleRemarks(groups: readonly RuleGroup[], root: readonly string[] = []): Remark[] {
  return groups.flatMap(({ recordings, alerts }, group) =>
    [...recordings, ...alerts].map(({ because }, rule) => ({ path: [...root, 'groups', group, 'rules', rule, 'expr'], text: because })),
  );
}

function recordingJson({ record, expr, labels }: RecordingRule): RecordingJson {
  return { record, expr, ...(labels !== undefined && { labels }) };
}

function alertJson(watch: Watch, { alert, severity, expr, forSeconds, summary }: AlertRule): AlertJson {
  return {
    alert,
    expr,
    ...(forSeconds > 0 && { for: durationText(forSeconds) }),
    labels: { severity, model_name: templateText(watch.deployment.servedName) },
    annotations: { summary, runbook_url: runbookUrl(alert) },
  };
}

/** The section of the runbook, as Markdown viewers make anchors of headings. */
export function runbookUrl(alert: string): string {
  return `${RUNBOOK_FILE}#${alert.toLowerCase()}`;
}
