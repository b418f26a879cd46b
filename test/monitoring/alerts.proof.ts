import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fillVariables } from '../../src/artifacts/monitoring/grafana/test-support.ts';
import { annotations } from '../../src/artifacts/monitoring/grafana/variables.ts';
import { clusterConfig } from './cluster-config.ts';
import { alertNames, filesOf, rulesIn, rulesInObject, rulesOf } from './live-files.ts';
import { EVERYTHING, livePlan } from './live-plan.ts';
import { Monitor } from './monitor.ts';
import { Pager } from './pager.ts';
import { PATIENCE } from './patience.ts';
import { PHASES } from './phases.ts';
import { Scene } from './scene.ts';

/**
 * One server with everything on goes through all that can go wrong. Two Prometheus watch it: one with the rules for hosts, which
 * tells an Alertmanager, and one with those for a cluster.
 */
describe('a Prometheus on a host and one in a cluster, each with an emitted file of rules', () => {
  const live = livePlan('0.33.0', EVERYTHING);
  const { service } = live.deployment;
  const fileOf = filesOf(live, ['prometheus', 'prometheus-operator', 'alertmanager']);
  const hostRules = rulesIn(fileOf('rules.yaml'));
  const clusterRules = rulesInObject(fileOf('operator/prometheus-rule.yaml'));
  const scene = new Scene(live.deployment, EVERYTHING.dataParallelSize ?? 1);
  let host: Monitor;
  let cluster: Monitor;
  let pager: Pager;
  let marks: readonly string[];

  beforeAll(async () => {
    const targets = await scene.listen();
    pager = await Pager.start(fileOf('alertmanager.yml'));
    const addresses = { 8000: targets.server, 9400: targets.gpus, 8080: targets.cluster, 9093: pager.address };
    host = await Monitor.start({ config: fileOf('prometheus.yml'), rules: hostRules }, addresses);
    cluster = await Monitor.start({ config: clusterConfig(service), rules: clusterRules }, addresses);
    const choices = { model: scene.servedName, instances: [targets.server], gpuHosts: [], rateInterval: '30s' };
    marks = annotations().flatMap(({ expr }) => (expr === undefined ? [] : [fillVariables(expr, choices)]));
  });

  afterAll(async () => {
    await Promise.all([host.stop(), cluster.stop(), pager.stop(), scene.close()]);
  });

  it.each([
    { file: 'rules.yaml', rules: hostRules },
    { file: 'prometheus-rule.yaml', rules: clusterRules },
  ])('has a phase for every alert of $file', ({ rules }) => {
    const inPhases = PHASES.flatMap(({ alerts }) => alerts);
    expect(alertNames(rules).filter((alert) => !inPhases.includes(alert))).toEqual([]);
  });

  it.each(PHASES)('fires these alerts and no others, tells them, and ends them: $name', async ({ begin, end, alerts, lingers }) => {
    const stage = { scene, monitors: [host, cluster], job: service };
    await begin(stage);
    await expect.poll(() => host.firing(), PATIENCE).toEqual(alerts.filter((alert) => alertNames(hostRules).includes(alert)));
    await expect.poll(() => cluster.firing(), PATIENCE).toEqual(alerts.filter((alert) => alertNames(clusterRules).includes(alert)));
    const untold = (): readonly string[] => notices(alerts).filter((notice) => !pager.open().includes(notice));
    await expect.poll(untold, PATIENCE).toEqual([]);
    if (lingers) await expect.poll(() => host.unanswered(marks), PATIENCE).toEqual([]);
    await end(stage);
    if (lingers) return;
    await expect.poll(() => host.firing(), PATIENCE).toEqual([]);
    await expect.poll(() => cluster.firing(), PATIENCE).toEqual([]);
    // An alert that ends while another holds it back is never told to have ended; so each phase waits for this.
    await expect.poll(() => pager.open(), PATIENCE).toEqual([]);
  });

  /** Receiver and alert, as they are told. A slow burn is held back while the fast one fires. */
  function notices(alerts: readonly string[]): string[] {
    const told = rulesOf(hostRules).filter(({ alert = '' }) => alerts.includes(alert) && !alert.endsWith('BurnSlow'));
    return told.map(({ alert, labels }) => `${labels?.severity === 'critical' ? 'pages' : 'notes'} ${alert}`);
  }
});
