import type { Deployment } from '../deployment.ts';
import { headerLines } from '../file-header.ts';
import { type Remark, yamlText } from '../yaml-text.ts';

export const ALERTMANAGER_FILE = 'alertmanager.yml';

/** Files that hold where notifications go: an address with a token in it is a secret. */
export const WEBHOOK_FILES = {
  pages: '/etc/alertmanager/secrets/pages-webhook-url',
  notes: '/etc/alertmanager/secrets/notes-webhook-url',
} as const;

/** Alerts that say all that those beside them say, for the same model. */
const INHIBITIONS = [
  {
    source: 'VllmDown|VllmNoReadyReplica|VllmScrapeMissing|VllmWrongModel',
    target: 'Vllm(ReplicaDown|EngineStalled|FirstToken.*|ErrorBudget.*|Tokens.*|Queue.*|Output.*|GpusIdle)',
    because: 'A server that is not there is neither slow nor idle.',
  },
  {
    source: 'VllmEngineStalled',
    target: 'Vllm(FirstToken.*|Tokens.*|Queue.*|Output.*)',
    because: 'While an engine gives no token, its queue grows.',
  },
  { source: 'Vllm.*BudgetBurnFast', target: 'Vllm.*BudgetBurnSlow', because: 'The fast burn tells of the same requests.' },
] as const;

/**
 * A sample for an Alertmanager of its own: critical alerts page, warnings are sent as notes.
 *
 *   route:
 *     receiver: notes
 *     routes: [{ matchers: ['severity="critical"'], receiver: pages }]
 */
export function renderAlertmanager(deployment: Deployment): string {
  const usage = [
    `Check: amtool check-config ${ALERTMANAGER_FILE}`,
    'Write the addresses of your webhooks into the files that url_file names; they are read when a notification is sent.',
  ];
  return yamlText(alertmanagerValue(), headerLines(deployment, ...usage), remarks());
}

function alertmanagerValue(): object {
  return {
    route: {
      receiver: 'notes',
      group_by: ['model_name', 'alertname'],
      group_wait: '30s',
      group_interval: '5m',
      repeat_interval: '12h',
      routes: [
        { matchers: ['severity="critical"'], receiver: 'pages', group_by: ['model_name'], group_wait: '10s', repeat_interval: '1h' },
        { matchers: ['severity="warning"'], receiver: 'notes' },
      ],
    },
    inhibit_rules: INHIBITIONS.map(({ source, target }) => ({
      source_matchers: [`alertname=~"${source}"`],
      target_matchers: [`alertname=~"${target}"`],
      equal: ['model_name'],
    })),
    receivers: [receiver('pages'), receiver('notes')],
  };
}

function receiver(name: keyof typeof WEBHOOK_FILES): object {
  return { name, webhook_configs: [{ url_file: WEBHOOK_FILES[name], send_resolved: true }] };
}

function remarks(): Remark[] {
  return [
    { path: ['route', 'routes', 0, 'group_wait'], text: 'One page for a model, whatever else is wrong with it.' },
    ...INHIBITIONS.map(({ because }, index) => ({ path: ['inhibit_rules', index, 'source_matchers'], text: because })),
  ];
}
