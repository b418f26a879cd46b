import { buildDeployment, type Deployment } from '../../src/artifacts/deployment.ts';
import type { DeploymentOptions } from '../../src/artifacts/deployment-options.ts';
import type { ServeArgs } from '../../src/engine/serve-args.ts';
import { plan } from '../../src/plan/plan.ts';
import type { PlanResult } from '../../src/plan/plan-result.ts';
import { requestOf } from '../support/judge.ts';

export interface LivePlan {
  readonly result: PlanResult;
  readonly deployment: Deployment;
  readonly options: DeploymentOptions;
}

const NIXL = { name: '--kv-transfer-config', value: '{"kv_connector":"NixlConnector","kv_role":"kv_both"}' };

/** With everything on that has series of its own. */
export const EVERYTHING: Partial<ServeArgs> = {
  dataParallelSize: 2,
  enableLora: true,
  speculation: { method: 'ngram', model: null, numSpeculativeTokens: 3 },
  kvTransferConfig: true,
  env: { VLLM_COMPUTE_NANS_IN_LOGITS: '1' },
  otherFlags: [{ name: '--kv-cache-metrics', value: null }, { name: '--enable-mfu-metrics', value: null }, NIXL],
};

/** A small model with short answers: many requests per second, so that short windows hold enough of them. */
export function livePlan(version: string, args: Partial<ServeArgs> = {}): LivePlan {
  const request = requestOf({ model: 'Qwen/Qwen2.5-0.5B-Instruct', gpu: 'H100 80GB', gpus: args.dataParallelSize ?? 1, version });
  const workload = { ...request.workload, promptTokens: 256, genTokens: 32, concurrency: 64, prefixHitRate: 0.2, acceptanceLength: 2 };
  const result = plan({ ...request, args: { ...request.args, maxModelLen: 4096, maxNumSeqs: 64, ...args }, workload });
  const options = { replicas: 1, gpuHourUsd: 2.5 };
  return { result, options, deployment: buildDeployment(result, options) };
}
