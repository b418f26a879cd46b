import { WizardError } from '../errors/wizard-error.ts';
import type { PlanResult } from '../plan/plan-result.ts';
import { ceilDiv } from '../units/integers.ts';
import type { Derived } from './budgets.ts';

/** Where the GPUs of a deployment sit. */
export interface Topology {
  /** GPUs of one replica, over all its nodes. */
  readonly gpus: Derived;
  /** Nodes of one replica. */
  readonly nodes: number;
  /** GPUs of one replica on each of its nodes. */
  readonly gpusPerNode: number;
  readonly replicas: number;
  /** As many replicas as the planned GPUs hold: where autoscaling ends. */
  readonly maxReplicas: Derived;
  /** Planned GPUs that no replica uses: with those of a whole replica, an update needs no pause. */
  readonly spareGpus: number;
}

/** @throws WizardError CONTRADICTION when the replicas need more GPUs than were planned for */
export function topologyOf({ request: { hardware }, document: { config } }: PlanResult, replicas: number): Topology {
  const { tensor_parallel_size: tp, pipeline_parallel_size: pp, data_parallel_size: dp } = config;
  const gpus: Derived = { value: tp * pp * dp, because: `tensor ${tp} x pipeline ${pp} x data ${dp} parallel` };
  const perNode = Math.max(1, Math.floor(hardware.count / hardware.nodes));
  const nodes = ceilDiv(gpus.value, perNode);
  const room = nodes > 1 ? Math.floor(hardware.nodes / nodes) : Math.floor(perNode / gpus.value) * hardware.nodes;
  if (replicas > Math.max(1, room)) throw tooFew(replicas, gpus.value, hardware.count);
  const most = Math.max(1, room);
  const maxReplicas = { value: most, because: `${most} x ${gpus.value} of the ${hardware.count} GPUs in the plan` };
  return {
    gpus,
    nodes,
    gpusPerNode: ceilDiv(gpus.value, nodes),
    replicas,
    maxReplicas,
    spareGpus: Math.max(0, hardware.count - replicas * gpus.value),
  };
}

function tooFew(replicas: number, gpus: number, count: number): WizardError {
  return new WizardError('CONTRADICTION', {
    problem: `${replicas} replicas of ${gpus} GPU${gpus === 1 ? '' : 's'} do not fit on the ${count} that the plan is for.`,
    fix: `Plan for --gpus ${replicas * gpus}, give one replica fewer with --tp, --pp and --dp, or ask for fewer --replicas.`,
    facts: { replicas, gpus_per_replica: gpus, gpus: count },
  });
}
