import { textFile } from '../generated-file.ts';
import type { ArtifactKind, RunbookSection } from '../kind.ts';
import { codeSpan, shellBlock } from '../runbook/markdown.ts';
import { ALERTMANAGER_FILE, renderAlertmanager, WEBHOOK_FILES } from './render-alertmanager.ts';
import { renderPodMonitor, renderPrometheusRule, renderServiceMonitor } from './render-operator.ts';
import { PROMETHEUS_FILE, renderPrometheus } from './render-prometheus.ts';
import { RULE_TESTS_FILE, renderRuleTests } from './render-rule-tests.ts';
import { RULES_FILE, renderRules } from './render-rules.ts';
import { alertSections } from './runbook-sections.ts';
import { scopeOf } from './scrape-targets.ts';

const FOLDER = 'monitoring';
const OPERATOR = `${FOLDER}/operator`;

/** A Prometheus of its own: what it scrapes, its rules, and the tests of those. */
export const prometheusKind: ArtifactKind = {
  word: 'prometheus',
  files: (deployment, { words }) => [
    textFile(`${FOLDER}/${PROMETHEUS_FILE}`, renderPrometheus(deployment, words)),
    textFile(`${FOLDER}/${RULES_FILE}`, renderRules(deployment, scopeOf(words))),
    textFile(`${FOLDER}/${RULE_TESTS_FILE}`, renderRuleTests(deployment, scopeOf(words))),
  ],
  steps: (deployment, { words }) => [
    {
      title: 'Prometheus',
      lines: [
        ...shellBlock(
          `promtool check config ${FOLDER}/${PROMETHEUS_FILE}`,
          `promtool test rules ${FOLDER}/${RULE_TESTS_FILE}`,
          `prometheus --config.file=${FOLDER}/${PROMETHEUS_FILE}`,
        ),
        '',
        `Every alert fires in those tests, and is quiet just beside its threshold. The scrape job is ${codeSpan(deployment.service)}.`,
      ],
    },
    // A cluster's alerts are all of the others and some more.
    ...alertSections(deployment, words.includes('prometheus-operator') ? 'cluster' : scopeOf(words)),
  ],
};

export const alertmanagerKind: ArtifactKind = {
  word: 'alertmanager',
  files: (deployment) => [textFile(`${FOLDER}/${ALERTMANAGER_FILE}`, renderAlertmanager(deployment))],
  steps: (_, { words }) => [alertmanagerSection(words.includes('compose'))],
};

function alertmanagerSection(inCompose: boolean): RunbookSection {
  const here = inCompose ? [`With Compose, that folder is ${codeSpan(`${FOLDER}/secrets`)} here; keep it out of version control.`] : [];
  return {
    title: 'Alertmanager',
    lines: [
      ...shellBlock(`amtool check-config ${FOLDER}/${ALERTMANAGER_FILE}`),
      '',
      'It reads two addresses from files, which you write, readable by Alertmanager only:',
      '',
      `- ${codeSpan(WEBHOOK_FILES.pages)}: for what cannot wait.`,
      `- ${codeSpan(WEBHOOK_FILES.notes)}: for the rest.`,
      ...here.flatMap((line) => ['', line]),
    ],
  };
}

function chartNote(job: string): string {
  return `Pods of the production-stack chart carry the chart's labels, which neither selects: switch on the chart's own service monitor, and have it name the job ${codeSpan(job)}.`;
}

/** Objects for the operator of Prometheus, in a cluster that has it. */
export const prometheusOperatorKind: ArtifactKind = {
  word: 'prometheus-operator',
  files: (deployment) => [
    textFile(`${OPERATOR}/service-monitor.yaml`, renderServiceMonitor(deployment)),
    textFile(`${OPERATOR}/prometheus-rule.yaml`, renderPrometheusRule(deployment)),
    // Not in the folder that is applied as a whole: it stands for the service monitor.
    textFile(`${OPERATOR}/instead/pod-monitor.yaml`, renderPodMonitor(deployment)),
  ],
  steps: (deployment, { words }) => [
    {
      title: 'Prometheus operator',
      lines: [
        ...shellBlock(`kubectl apply --filename ${OPERATOR}/`, `kubectl get servicemonitor,prometheusrule ${deployment.service}`),
        '',
        `The label ${codeSpan('release')} must be what the operator selects: ${codeSpan("kubectl get prometheus --all-namespaces --output jsonpath='{.items[*].spec.serviceMonitorSelector}'")}`,
        '',
        `Where no Service has the labels of the server, apply ${codeSpan(`${OPERATOR}/instead/pod-monitor.yaml`)} in place of the service monitor.`,
        ...(words.includes('k8s') ? ['', chartNote(deployment.service)] : []),
      ],
    },
    ...(words.includes('prometheus') ? [] : alertSections(deployment, 'cluster')),
  ],
};
