import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { parse } from 'yaml';
import { parseServeCommand } from '../../engine/parse-serve-command.ts';
import type { ServeArgs } from '../../engine/serve-args.ts';
import { buildDeployment } from '../deployment.ts';
import { hostileWord, type TestPlan, testPlan } from '../test-support.ts';
import { leaderWorkerSetKind } from './kind.ts';
import { engineWords, podVariables } from './test-support.ts';

const PIPELINE: TestPlan = { nodes: 2, count: 16, args: { tensorParallelSize: 8, pipelineParallelSize: 2 } };
const DATA: TestPlan = { moe: true, nodes: 2, count: 16, args: { dataParallelSize: 16, enableExpertParallel: true } };
const BOTH: TestPlan = { nodes: 4, count: 32, args: { tensorParallelSize: 16, dataParallelSize: 2 } };

function textOf(plan: TestPlan, file = 'leaderworkerset.yaml', replicas = 1): string {
  const result = testPlan(plan);
  const files = leaderWorkerSetKind.files(buildDeployment(result, { replicas, gpuHourUsd: null }), { result, words: ['lws'] });
  return files.find(({ path }) => path === `lws/${file}`)?.text ?? '';
}

/** As the API server reads it. */
const objectOf = (plan: TestPlan, file?: string, replicas?: number) => parse(textOf(plan, file, replicas), { version: '1.1' });
const templateOf = (plan: TestPlan) => objectOf(plan).spec.leaderWorkerTemplate;

/** What the engine of each pod is told, in the order of the pods. */
function ranksOf(plan: TestPlan): ServeArgs[] {
  const { size, leaderTemplate, workerTemplate } = templateOf(plan);
  return Array.from({ length: size }, (_, rank) => {
    const [server] = (rank === 0 ? leaderTemplate : workerTemplate).spec.containers;
    const words = engineWords(server, podVariables(rank, size));
    const { args, findings } = parseServeCommand(words, buildDeployment(testPlan(plan)).version);
    expect(findings.filter(({ fatal }) => fatal)).toEqual([]);
    return args;
  });
}

const flag = ({ otherFlags }: ServeArgs, name: string): string | null | undefined => otherFlags.find((given) => given.name === name)?.value;
const flags = (plan: TestPlan, name: string) => ranksOf(plan).map((args) => flag(args, name));

describe('leaderWorkerSet', () => {
  test.each([
    { why: 'pipeline', plan: PIPELINE, size: 2 },
    { why: 'tensor group over nodes', plan: { nodes: 2, count: 16, args: { tensorParallelSize: 16 } }, size: 2 },
    { why: 'data parallel', plan: DATA, size: 2 },
    { why: 'both', plan: BOTH, size: 4 },
    { why: 'Ray', plan: { ...PIPELINE, version: '0.10.2' }, size: 2 },
  ])('gives as many GPUs as the plan has ranks: $why', ({ plan, size }) => {
    const template = templateOf(plan);
    const { tensorParallelSize, pipelineParallelSize, dataParallelSize } = testPlan(plan).args;
    const ranks = (tensorParallelSize ?? 1) * (pipelineParallelSize ?? 1) * (dataParallelSize ?? 1);
    expect(template.size).toBe(size);
    for (const { spec } of [template.leaderTemplate, template.workerTemplate]) {
      const { limits, requests } = spec.containers[0].resources;
      expect(limits['nvidia.com/gpu'] * size).toBe(ranks);
      expect(requests['nvidia.com/gpu']).toBe(limits['nvidia.com/gpu']);
    }
  });

  it('numbers the nodes, and lets them meet at the leader', () => {
    const ranks = ranksOf(PIPELINE);
    expect(ranks.map((args) => flag(args, '--node-rank'))).toEqual(['0', '1']);
    expect(ranks.map((args) => flag(args, '--nnodes'))).toEqual(['2', '2']);
    expect(ranks.map((args) => flag(args, '--master-addr'))).toEqual(['group-0.group.default', 'group-0.group.default']);
    expect(new Set(ranks.map((args) => flag(args, '--master-port'))).size).toBe(1);
    expect(ranks.map((args) => flag(args, '--headless'))).toEqual([undefined, null]);
    expect(ranks.map((args) => flag(args, '--distributed-executor-backend'))).toEqual(['mp', 'mp']);
  });

  it('numbers data parallel ranks without a gap', () => {
    expect(flags(DATA, '--data-parallel-size-local')).toEqual(['8', '8']);
    // The leader names no first rank: with one, it would hand requests to its own ranks only.
    expect(flags(DATA, '--data-parallel-start-rank')).toEqual([undefined, '8']);
    expect(flags(DATA, '--headless')).toEqual([undefined, null]);
    expect(new Set(flags(DATA, '--data-parallel-rpc-port')).size).toBe(1);
    // The same pod, by its address and by its name.
    expect(flags(DATA, '--data-parallel-address')).toEqual(['10.0.0.1', 'group-0.group.default']);
    expect(flags({ ...DATA, nodes: 4, count: 16 }, '--data-parallel-start-rank')).toEqual([undefined, '4', '8', '12']);
  });

  it('lets data parallel groups span nodes', () => {
    expect(flags(BOTH, '--node-rank')).toEqual(['0', '1', '2', '3']);
    expect(flags(BOTH, '--data-parallel-address')).toEqual(['10.0.0.1', ...Array(3).fill('group-0.group.default')]);
  });

  it('tells every pod the same of everything else', () => {
    const named = (args: ServeArgs) => ({ ...args, otherFlags: args.otherFlags.filter(({ name }) => name === '--shutdown-timeout') });
    for (const plan of [PIPELINE, DATA, BOTH]) {
      const [leader, ...workers] = ranksOf(plan).map(named);
      for (const worker of workers) expect(worker).toEqual(leader);
    }
  });

  it('replaces what a judged command says of its own node', () => {
    const { args } = parseServeCommand(
      'vllm serve a/b -tp 8 -pp 2 -n 2 -r 1 --master-addr 10.1.1.1 --headless --api-server-count 4'.split(' '),
      [0, 33, 0],
    );
    const plan: TestPlan = { mode: 'check', nodes: 2, count: 16, args };
    expect(flags(plan, '--node-rank')).toEqual(['0', '1']);
    expect(flags(plan, '--api-server-count')).toEqual(['4', undefined]);
  });

  it('hands hostile names to every engine as they are', () => {
    fc.assert(
      fc.property(hostileWord, fc.constantFrom(PIPELINE, DATA), (name, plan) => {
        const ranks = ranksOf({ ...plan, args: { ...plan.args, servedModelName: name } });
        expect(ranks.map(({ servedModelName }) => servedModelName)).toEqual([name, name]);
      }),
      { numRuns: 20 },
    );
  });

  it('probes and opens a port on leaders only, which the Service selects', () => {
    const { leaderTemplate, workerTemplate } = templateOf(PIPELINE);
    const [leader] = leaderTemplate.spec.containers;
    const [worker] = workerTemplate.spec.containers;
    expect(Object.keys(leader)).toEqual(expect.arrayContaining(['ports', 'startupProbe', 'livenessProbe', 'readinessProbe']));
    for (const key of ['ports', 'startupProbe', 'livenessProbe', 'readinessProbe']) expect(worker).not.toHaveProperty(key);
    const { selector } = objectOf(PIPELINE, 'service.yaml').spec;
    expect(leaderTemplate.metadata.labels).toMatchObject(selector);
    expect(workerTemplate.metadata.labels).not.toMatchObject(selector);
    expect(worker.image).toBe(leader.image);
  });

  it('is not called as its Service is, since the controller makes one of its own name', () => {
    expect(objectOf(PIPELINE).metadata.name).not.toBe(objectOf(PIPELINE, 'service.yaml').metadata.name);
  });

  it('keeps workers alive while the leader finishes its requests', () => {
    const { leaderTemplate, workerTemplate } = templateOf(PIPELINE);
    const wait = (template: typeof leaderTemplate) => Number(template.spec.containers[0].lifecycle.preStop.exec.command[1]);
    expect([wait(leaderTemplate), wait(workerTemplate)]).toEqual([15, 57]);
    expect(workerTemplate.spec.terminationGracePeriodSeconds).toBeGreaterThan(57);
  });

  it('gives each pod a volume, or all the one into which a model was copied', () => {
    const own = templateOf(PIPELINE);
    const mounted = own.workerTemplate.spec.containers[0].volumeMounts.map(({ name }: { name: string }) => name);
    expect(mounted).toContain(own.volumeClaimTemplates[0].metadata.name);
    expect(own.workerTemplate.spec.volumes.map(({ name }: { name: string }) => name)).toEqual(['shm']);
    const local: TestPlan = { ...PIPELINE, model: '/srv/my-model', local: true };
    expect(templateOf(local)).not.toHaveProperty('volumeClaimTemplates');
    expect(objectOf(local, 'pvc.yaml').spec.accessModes).toEqual(['ReadWriteMany']);
  });

  test.each([
    { spare: 'none', count: 32, replicas: 2, want: { maxUnavailable: 1, maxSurge: 0 } },
    { spare: 'a whole group', count: 32, replicas: 1, want: { maxUnavailable: 0, maxSurge: 1 } },
  ])('updates by what is spare: $spare', ({ count, replicas, want }) => {
    const { spec } = objectOf({ ...PIPELINE, nodes: 4, count }, undefined, replicas);
    expect(spec.replicas).toBe(replicas);
    expect(spec.rolloutStrategy.rollingUpdateConfiguration).toEqual(want);
  });

  it('refuses a plan that one node holds', () => {
    expect(() => textOf({})).toThrow(/one node holds/);
  });
});
