import type { PlanResult } from '../plan/plan-result.ts';
import { buildDeployment } from './deployment.ts';
import type { DeploymentOptions } from './deployment-options.ts';
import type { EmitWord } from './emit-words.ts';
import { type LockOrigin, sha256Of } from './lock-file.ts';
import { profileOf } from './profile/input.ts';
import { renderProfile } from './profile/render.ts';

export async function lockOrigin(result: PlanResult, words: readonly EmitWord[], options: DeploymentOptions): Promise<LockOrigin> {
  const deployment = buildDeployment(result, options);
  const { tool_version, vllm_version } = result.document;
  return { tool_version, vllm_version, inputs_sha256: await sha256Of(renderProfile(deployment, profileOf(result, deployment, words))) };
}
