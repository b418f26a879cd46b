import type { PlanResult } from '../../plan/plan-result.ts';
import { requestsTarget } from '../autoscaling/scale-targets.ts';
import type { ServerContainer } from '../container.ts';
import type { Deployment } from '../deployment.ts';
import { type Remark, yamlText } from '../yaml-text.ts';
import { engineKwargs } from './engine-kwargs.ts';

/** Ray's names for the GPUs that it tells apart by their product name. */
const ACCELERATORS: Readonly<Record<string, string>> = {
  v100: 'V100',
  t4: 'T4',
  l4: 'L4',
  l40s: 'L40S',
  a100: 'A100',
  h100: 'H100',
  h200: 'H200',
  b200: 'B200',
};

type Config = PlanResult['document']['config'];

/** The configuration of Ray Serve: one application that answers as OpenAI's API does. */
export function serveConfigText(deployment: Deployment, container: ServerContainer, result: PlanResult): string {
  const { config } = result.document;
  const llm = llmConfig(deployment, container, config, result.request.hardware.gpu.id);
  const dataParallel = config.data_parallel_size > 1;
  const application = {
    name: deployment.slug,
    route_prefix: '/',
    import_path: dataParallel ? 'ray.serve.llm:build_dp_openai_app' : 'ray.serve.llm:build_openai_app',
    args: dataParallel ? { llm_config: llm } : { llm_configs: [llm] },
  };
  const value = { http_options: { host: '0.0.0.0', port: deployment.port }, applications: [application] };
  const at = (...keys: string[]) => ['applications', 0, 'args', ...(dataParallel ? ['llm_config'] : ['llm_configs', 0]), ...keys];
  return yamlText(value, [], remarksOf(deployment, at));
}

function llmConfig(deployment: Deployment, container: ServerContainer, config: Config, gpuId: string): object {
  const accelerator = gpuId.includes('-mig-') ? undefined : ACCELERATORS[gpuId.slice(0, gpuId.indexOf('-'))];
  const group = config.tensor_parallel_size * config.pipeline_parallel_size;
  return {
    model_loading_config: { model_id: deployment.servedName, model_source: container.args.model },
    ...(accelerator !== undefined && { accelerator_type: accelerator }),
    engine_kwargs: engineKwargs(container.args, container.version),
    placement_group_config: {
      bundle_per_worker: { CPU: 1, GPU: 1 },
      strategy: group <= deployment.gpusPerNode ? 'STRICT_PACK' : 'PACK',
    },
    deployment_config: { ...scaling(deployment), graceful_shutdown_timeout_s: deployment.drain.value },
  };
}

/** How many replicas the planned GPUs hold beyond those that are always there. */
export function scales({ replicas, maxReplicas }: Deployment): boolean {
  return maxReplicas.value > replicas;
}

function scaling(deployment: Deployment): object {
  const { replicas, maxReplicas } = deployment;
  if (!scales(deployment)) return { num_replicas: replicas };
  return {
    autoscaling_config: {
      min_replicas: replicas,
      max_replicas: maxReplicas.value,
      target_ongoing_requests: requestsTarget(deployment).value,
      downscale_delay_s: calmSeconds(deployment),
    },
  };
}

/** Seconds without need before a replica ends: one that is missed takes as long to start. */
export function calmSeconds({ startup }: Deployment): number {
  return Math.max(600, startup.value);
}

function remarksOf(deployment: Deployment, at: (...keys: string[]) => (string | number)[]): Remark[] {
  const remarks: Remark[] = [
    { path: at('engine_kwargs'), text: "The plan's arguments, under the names of the engine's fields." },
    { path: at('placement_group_config'), text: `${deployment.gpus.value} GPUs of a replica: ${deployment.gpus.because}` },
    { path: at('deployment_config', 'graceful_shutdown_timeout_s'), text: deployment.drain.because },
  ];
  if (scales(deployment)) {
    remarks.push(
      { path: at('deployment_config', 'autoscaling_config', 'max_replicas'), text: deployment.maxReplicas.because },
      { path: at('deployment_config', 'autoscaling_config', 'target_ongoing_requests'), text: requestsTarget(deployment).because },
    );
  }
  return remarks;
}
