import type { Deployment } from '../deployment.ts';
import { headerLines } from '../file-header.ts';
import { yamlText } from '../yaml-text.ts';
import { expandTemplate } from './expand-template.ts';
import { selector } from './promql.ts';
import { RULES_FILE } from './render-rules.ts';
import type { AlertRule, InputSeries, RecordingRule } from './rule.ts';
import { ruleGroups } from './rule-groups.ts';
import { runbookUrl } from './rules-value.ts';
import { type Scope, type Watch, watchOf } from './watch.ts';

export const RULE_TESTS_FILE = 'rules.test.yaml';

/** `promtool test rules`: every number has its value, every alert fires when it should and is quiet just beside that. */
export function renderRuleTests(deployment: Deployment, scope: Scope = 'host'): string {
  const watch = watchOf(deployment, scope);
  return yamlText(ruleTestsValue(watch, RULES_FILE), headerLines(deployment, `Run: promtool test rules ${RULE_TESTS_FILE}`), []);
}

export function ruleTestsValue(watch: Watch, rulesFile: string): object {
  const groups = ruleGroups(watch);
  return {
    rule_files: [rulesFile],
    evaluation_interval: '1m',
    // Alerts read what the groups before them record.
    group_eval_order: groups.map(({ name }) => name),
    tests: [
      ...recordingTests(groups.flatMap(({ recordings }) => recordings)),
      ...groups.flatMap(({ alerts }) => alerts.flatMap((alert) => alertTests(watch, alert))),
    ],
  };
}

/** One test for all numbers that are known from the same input. */
function recordingTests(rules: readonly RecordingRule[]): object[] {
  const byInput = new Map<string, RecordingRule[]>();
  for (const rule of rules) {
    const input = JSON.stringify(rule.proof.input);
    byInput.set(input, [...(byInput.get(input) ?? []), rule]);
  }
  return [...byInput.values()].map((same) => {
    const minutes = Math.max(...same.map(({ proof }) => proof.minutes));
    return {
      interval: '1m',
      input_series: inputs(same[0]?.proof.input ?? [], minutes),
      promql_expr_test: same.map(recordedValue),
    };
  });
}

function recordedValue({ record, proof: { minutes, labels, value } }: RecordingRule): object {
  return {
    // Millionths, since the sums of floating-point numbers differ in their last digit.
    expr: `round(${record} * 1e6)`,
    eval_time: `${minutes}m`,
    exp_samples: [{ labels: selector('', labels), value: Math.round(value * 1e6) }],
  };
}

function alertTests(watch: Watch, alert: AlertRule): object[] {
  const { fires, quiet, forSeconds } = alert;
  const wait = Math.ceil(forSeconds / 60);
  const fired = fires.minutes + wait + 1;
  const before = wait > 1 ? [expectation(alert.alert, wait - 1, [])] : [];
  return [
    {
      interval: '1m',
      input_series: inputs(fires.input, fired),
      alert_rule_test: [...before, expectation(alert.alert, fired, [expected(watch, alert)])],
    },
    { interval: '1m', input_series: inputs(quiet, fired), alert_rule_test: [expectation(alert.alert, fired, [])] },
  ];
}

function expectation(alertname: string, minutes: number, alerts: readonly object[]): object {
  return { eval_time: `${minutes}m`, alertname, exp_alerts: alerts };
}

function expected(watch: Watch, { alert, severity, summary, fires: { labels, value } }: AlertRule): object {
  return {
    exp_labels: { ...labels, severity, model_name: watch.deployment.servedName },
    exp_annotations: { summary: expandTemplate(summary, { labels, value }), runbook_url: runbookUrl(alert) },
  };
}

function inputs(series: readonly InputSeries[], minutes: number): object[] {
  return series.map((input) => ({ series: input.series, values: valuesText(input, minutes) }));
}

/** promtool's notation: `a+bxn` is a, a + b, … a + n b; one value for each minute. */
function valuesText({ start, perMinute, restartMinutes }: InputSeries, minutes: number): string {
  const run = (steps: number): string => `${plain(start)}+${plain(perMinute)}x${steps}`;
  if (restartMinutes === undefined) return run(minutes);
  return Array.from({ length: Math.ceil((minutes + 1) / restartMinutes) }, () => run(restartMinutes - 1)).join(' ');
}

/** Without an exponent, which the notation does not know. */
function plain(value: number): string {
  return value.toFixed(9).replace(/\.?0+$/, '');
}
