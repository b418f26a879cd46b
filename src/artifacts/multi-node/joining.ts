import { flagTable } from '../../engine/flags.ts';
import { isAtLeast, type Version } from '../../engine/version.ts';
import { WizardError } from '../../errors/wizard-error.ts';
import type { PlanDocument } from '../../plan/plan-document.ts';
import type { ServerContainer } from '../container.ts';
import type { Deployment } from '../deployment.ts';
import { givenFlag } from './node-flags.ts';

/**
 * How the nodes of one replica become one server.
 *
 * - `ranks`: the engine's own processes meet at the first node, each told which node it is
 * - `data-parallel`: every node holds whole tensor x pipeline groups, and the first node hands requests to the others
 * - `ray`: a Ray cluster first, and one engine over all of it
 */
export type Joining =
  | { readonly kind: 'ranks'; readonly dataParallel: boolean }
  | { readonly kind: 'data-parallel'; readonly localSize: number }
  | { readonly kind: 'ray' };

type Sizes = Pick<PlanDocument['config'], 'tensor_parallel_size' | 'pipeline_parallel_size' | 'data_parallel_size'>;

/** @source requires_dist of the vllm wheels: ray[cgraph] up to 0.17.1, no ray from 0.18.0 on; so with the images built of them */
const FIRST_WITHOUT_RAY = '0.18.0';

export function imageHasRay(version: Version): boolean {
  return !isAtLeast(version, FIRST_WITHOUT_RAY);
}

/** @throws WizardError CONTRADICTION where the ranks do not part evenly over the nodes, or the release cannot join them */
export function joiningOf({ nodes, gpusPerNode, gpus }: Deployment, container: ServerContainer, sizes: Sizes): Joining {
  const { version, args } = container;
  const group = sizes.tensor_parallel_size * sizes.pipeline_parallel_size;
  const data = sizes.data_parallel_size;
  if (nodes * gpusPerNode !== gpus.value || (group > gpusPerNode ? group % gpusPerNode : gpusPerNode % group) !== 0)
    throw uneven(nodes, gpus.value, group);
  if (group <= gpusPerNode) {
    if (!knows(version, '--data-parallel-start-rank', '--headless')) throw tooOld('data parallel ranks', '0.10');
    return { kind: 'data-parallel', localSize: data / nodes };
  }
  const wantsRay = givenFlag(args, '--distributed-executor-backend', version) === 'ray';
  if (wantsRay && !imageHasRay(version)) throw noRay(version);
  if (!wantsRay && knows(version, '--nnodes', '--node-rank', '--master-addr', '--headless'))
    return { kind: 'ranks', dataParallel: data > 1 };
  if (data > 1) throw tooOld('data parallel groups that span nodes', '0.12');
  return { kind: 'ray' };
}

function knows(version: Version, ...flags: readonly string[]): boolean {
  const table = flagTable(version);
  return flags.every((flag) => table.find(flag) !== null);
}

function uneven(nodes: number, gpus: number, group: number): WizardError {
  return new WizardError('CONTRADICTION', {
    problem: `${gpus} GPUs in groups of ${group} (tensor x pipeline) do not part evenly over ${nodes} nodes.`,
    fix: 'Choose --tp, --pp and --dp so that a node holds whole groups, or a group whole nodes.',
    facts: { gpus, group, nodes },
  });
}

function tooOld(what: string, since: string): WizardError {
  return new WizardError('CONTRADICTION', {
    problem: `This release of vLLM cannot join ${what} of several nodes without Ray.`,
    fix: `Plan for --vllm-version ${since} or newer.`,
  });
}

function noRay(version: Version): WizardError {
  return new WizardError('CONTRADICTION', {
    problem: `--distributed-executor-backend ray: the image of vLLM ${version.join('.')} holds no Ray (none does from ${FIRST_WITHOUT_RAY} on).`,
    fix: 'Leave that flag out: the nodes then join without Ray.',
  });
}
