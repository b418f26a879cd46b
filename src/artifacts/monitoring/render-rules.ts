import type { Deployment } from '../deployment.ts';
import { headerLines } from '../file-header.ts';
import { yamlText } from '../yaml-text.ts';
import { ruleGroups } from './rule-groups.ts';
import { ruleRemarks, rulesValue } from './rules-value.ts';
import { type Scope, watchOf } from './watch.ts';

export const RULES_FILE = 'rules.yaml';

/**
 * Recording rules and alerts for a Prometheus that reads its rules from files.
 *
 *   groups:
 *     - name: llama-3-1-8b-instruct-critical
 *       rules:
 *         - alert: VllmDown
 *           expr: sum by (job) (up{job="llama-3-1-8b-instruct-vllm"}) == 0
 */
export function renderRules(deployment: Deployment, scope: Scope = 'host'): string {
  const watch = watchOf(deployment, scope);
  const groups = ruleGroups(watch);
  return yamlText(rulesValue(watch, groups), headerLines(deployment, ...usage()), ruleRemarks(groups));
}

function usage(): string[] {
  return [`Check: promtool check rules ${RULES_FILE}; promtool test rules rules.test.yaml`];
}
