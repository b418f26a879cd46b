import type { PlanResult } from '../../../plan/plan-result.ts';
import { commentText } from '../../comment-text.ts';
import type { Deployment } from '../../deployment.ts';
import { type Board, boardOf, isAnswered } from './board.ts';
import type { DashboardJson } from './dashboard-json.ts';
import { dashboardUid } from './dashboard-uid.ts';
import { layOut } from './lay-out.ts';
import type { PanelSpec, RowSpec } from './panel-spec.ts';
import { cacheRow } from './rows/cache-row.ts';
import { capacityRow } from './rows/capacity-row.ts';
import { costRow } from './rows/cost-row.ts';
import { gpuRow } from './rows/gpu-row.ts';
import { kvRow } from './rows/kv-row.ts';
import { latencyRow } from './rows/latency-row.ts';
import { loadRow } from './rows/load-row.ts';
import { overviewRow } from './rows/overview-row.ts';
import { planRow } from './rows/plan-row.ts';
import { preemptionRow } from './rows/preemption-row.ts';
import { speculationRow } from './rows/speculation-row.ts';
import { throughputRow } from './rows/throughput-row.ts';
import { transferRow } from './rows/transfer-row.ts';
import { annotations, variables } from './variables.ts';

/** The form that Grafana 10.4 writes; newer ones read it and bring it up to date. */
const SCHEMA_VERSION = 39;

const ROWS = [
  overviewRow,
  latencyRow,
  planRow,
  loadRow,
  kvRow,
  throughputRow,
  cacheRow,
  preemptionRow,
  speculationRow,
  transferRow,
  capacityRow,
  gpuRow,
  costRow,
];

/** The dashboard of one plan: its limits, its forecast, and only what its release and its flags show. */
export function dashboardOf(deployment: Deployment, result: PlanResult): DashboardJson {
  const board = boardOf(deployment, result);
  const rows = ROWS.map((row) => answered(board, row(board))).filter(({ panels }) => panels.length > 0);
  return {
    uid: dashboardUid(deployment.servedName),
    title: `vLLM: ${commentText(deployment.servedName)}`,
    description: [deployment.title, ...deployment.cautions].join('\n\n'),
    tags: ['vllm', 'vllm-wizard'],
    timezone: 'browser',
    editable: true,
    graphTooltip: 1,
    time: { from: 'now-1h', to: 'now' },
    refresh: '30s',
    schemaVersion: SCHEMA_VERSION,
    panels: layOut(rows),
    templating: { list: variables(deployment.servedName, board.nvidia) },
    annotations: { list: annotations() },
    links: [],
  };
}

export function renderDashboard(deployment: Deployment, result: PlanResult): string {
  return `${JSON.stringify(dashboardOf(deployment, result), null, 2)}\n`;
}

/** Without the queries that this server has no series for, and without panels that would stay empty. */
function answered(board: Board, { title, panels }: RowSpec): RowSpec {
  const kept = panels.map((panel): PanelSpec => ({ ...panel, queries: panel.queries.filter(({ expr }) => isAnswered(board, expr)) }));
  return { title, panels: kept.filter(({ queries }) => queries.some(({ planned }) => !planned)) };
}
