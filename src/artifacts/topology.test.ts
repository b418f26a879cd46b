import { describe, expect, it, test } from 'vitest';
import { WizardError } from '../errors/wizard-error.ts';
import { testPlan } from './test-support.ts';
import { topologyOf } from './topology.ts';

describe('topologyOf', () => {
  test.each([
    { why: 'one GPU of one', count: 1, nodes: 1, tp: 1, pp: 1, want: { nodes: 1, gpusPerNode: 1, maxReplicas: 1, spareGpus: 0 } },
    { why: 'half of a host', count: 8, nodes: 1, tp: 4, pp: 1, want: { nodes: 1, gpusPerNode: 4, maxReplicas: 2, spareGpus: 4 } },
    { why: 'a remainder holds none', count: 8, nodes: 1, tp: 3, pp: 1, want: { nodes: 1, gpusPerNode: 3, maxReplicas: 2, spareGpus: 5 } },
    { why: 'a replica on each node', count: 16, nodes: 2, tp: 8, pp: 1, want: { nodes: 1, gpusPerNode: 8, maxReplicas: 2, spareGpus: 8 } },
    {
      why: 'a replica over two nodes',
      count: 16,
      nodes: 2,
      tp: 8,
      pp: 2,
      want: { nodes: 2, gpusPerNode: 8, maxReplicas: 1, spareGpus: 0 },
    },
    { why: 'two of them on four', count: 32, nodes: 4, tp: 8, pp: 2, want: { nodes: 2, gpusPerNode: 8, maxReplicas: 2, spareGpus: 16 } },
  ])('$why', ({ count, nodes, tp, pp, want }) => {
    const { maxReplicas, ...rest } = topologyOf(testPlan({ count, nodes, args: { tensorParallelSize: tp, pipelineParallelSize: pp } }), 1);
    expect({ ...rest, maxReplicas: maxReplicas.value }).toMatchObject({ ...want, gpus: { value: tp * pp }, replicas: 1 });
  });

  it('counts what further replicas take', () => {
    expect(topologyOf(testPlan({ count: 8, args: { tensorParallelSize: 2 } }), 3).spareGpus).toBe(2);
  });

  it('refuses replicas that the planned GPUs do not hold', () => {
    expect(() => topologyOf(testPlan({ count: 4, args: { tensorParallelSize: 2 } }), 3)).toThrow(WizardError);
  });
});
