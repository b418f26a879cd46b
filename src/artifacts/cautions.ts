import type { ServeArgs } from '../engine/serve-args.ts';
import type { PlanResult } from '../plan/plan-result.ts';
import { servingImage } from './image.ts';
import type { Topology } from './topology.ts';

const COMMIT = /^[0-9a-f]{40}$/;

/** What must be said at the top of every artifact of this plan. */
export function cautionsOf({ document, request }: PlanResult, args: ServeArgs, { nodes, gpusPerNode }: Topology): string[] {
  const cautions: string[] = [];
  const { failure } = document.memory;
  if (document.memory.verdict === 'fails') {
    cautions.push(`WARNING: this configuration does not start${failure === null ? '.' : `: ${failure.message}`}`);
  }
  if (args.trustRemoteCode) {
    cautions.push('WARNING: --trust-remote-code runs Python code of the model repository with the rights of this server.');
    if (args.revision === null || !COMMIT.test(args.revision)) {
      cautions.push('Read that code, then pin it: --revision with the full commit hash, so that nobody can change it later.');
    }
  }
  if (nodes > 1) cautions.push(`One server of this plan takes ${nodes} nodes of ${gpusPerNode} GPUs.`);
  const image = servingImage(request.hardware.gpu.vendor, request.vllm.version);
  if (image?.caution) cautions.push(`Containers: ${image.caution}`);
  return cautions;
}
