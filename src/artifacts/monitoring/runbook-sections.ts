import type { Deployment } from '../deployment.ts';
import type { RunbookSection } from '../kind.ts';
import { plainText } from '../runbook/markdown.ts';
import { durationText } from './promql.ts';
import type { AlertRule } from './rule.ts';
import { ruleGroups } from './rule-groups.ts';
import { type Scope, watchOf } from './watch.ts';

/** One part for each alert, under the heading that its `runbook_url` leads to. */
export function alertSections(deployment: Deployment, scope: Scope): RunbookSection[] {
  const alerts = ruleGroups(watchOf(deployment, scope)).flatMap((group) => group.alerts);
  const lines = alerts.flatMap((alert, place) => [...(place === 0 ? [] : ['']), ...alertLines(alert)]);
  return [{ title: 'Alerts', lines }];
}

function alertLines({ alert, severity, forSeconds, because, act }: AlertRule): string[] {
  const wait = forSeconds > 0 ? `after ${durationText(forSeconds)}` : 'at once';
  return [
    `### ${alert}`,
    '',
    `${severity}, ${wait}. ${plainText(because)}${because.endsWith('.') ? '' : '.'}`,
    '',
    ...act.map((line) => `- ${plainText(line)}`),
  ];
}
