import { describe, expect, it, test } from 'vitest';
import { WizardError } from '../../errors/wizard-error.ts';
import { buildDeployment } from '../deployment.ts';
import { severalHosts } from '../kind.ts';
import { type TestPlan, testPlan } from '../test-support.ts';
import { joiningOf } from './joining.ts';

function joining(plan: TestPlan): object {
  const result = testPlan(plan);
  const deployment = buildDeployment(result);
  return joiningOf(deployment, severalHosts(deployment), result.document.config);
}

const sizes = (tp: number, pp: number, dp: number) => ({ tensorParallelSize: tp, pipelineParallelSize: pp, dataParallelSize: dp });

describe('joiningOf', () => {
  test.each([
    { why: 'a pipeline over nodes', version: '0.33.0', args: sizes(8, 2, 1), want: { kind: 'ranks', dataParallel: false } },
    { why: 'a tensor group over nodes', version: '0.12.0', args: sizes(16, 1, 1), want: { kind: 'ranks', dataParallel: false } },
    { why: 'before the engine knew nodes', version: '0.11.0', args: sizes(8, 2, 1), want: { kind: 'ray' } },
    { why: 'one group a node', version: '0.33.0', args: sizes(8, 1, 2), want: { kind: 'data-parallel', localSize: 1 } },
    { why: 'eight groups a node', version: '0.10.2', args: sizes(1, 1, 16), want: { kind: 'data-parallel', localSize: 8 } },
  ])('$why', ({ version, args, want }) => {
    expect(joining({ version, nodes: 2, count: 16, args })).toEqual(want);
  });

  it('joins groups that span nodes to several of them', () => {
    expect(joining({ nodes: 4, count: 32, args: sizes(8, 2, 2) })).toEqual({ kind: 'ranks', dataParallel: true });
  });

  it('takes Ray where it was asked for and the image holds it', () => {
    const args = { ...sizes(8, 2, 1), otherFlags: [{ name: '--distributed-executor-backend', value: 'ray' }] };
    expect(joining({ version: '0.17.1', nodes: 2, count: 16, args })).toEqual({ kind: 'ray' });
    expect(() => joining({ version: '0.18.0', nodes: 2, count: 16, args })).toThrow(/holds no Ray/);
  });

  test.each([
    { why: 'a group would straddle nodes', plan: { nodes: 2, count: 16, args: sizes(4, 1, 3) } },
    { why: 'nodes would differ', plan: { nodes: 2, count: 16, args: sizes(3, 3, 1) } },
    { why: 'no flags for data parallel nodes yet', plan: { version: '0.9.2', nodes: 2, count: 16, args: sizes(8, 1, 2) } },
    { why: 'no flags for nodes yet', plan: { version: '0.10.2', nodes: 4, count: 32, args: sizes(8, 2, 2) } },
  ])('refuses: $why', ({ plan }) => {
    expect(() => joining(plan)).toThrow(WizardError);
  });
});
