import { WizardError } from '../../errors/wizard-error.ts';
import type { Profile } from '../../plan/profile-schema.ts';
import type { PlanOptions, SharedOptions } from '../options.ts';

/** All settings of a plan, from options and a profile; what neither states is absent. */
export interface Settings extends Omit<PlanOptions, 'enableExpertParallel' | 'trustRemoteCode'> {
  readonly enableExpertParallel?: boolean | undefined;
  readonly trustRemoteCode?: boolean | undefined;
  readonly streaming?: boolean | undefined;
  readonly vllmArgs?: NonNullable<NonNullable<Profile['outputs']>['vllm_args']> | undefined;
  readonly emit?: readonly string[] | undefined;
  readonly replicas?: number | undefined;
  readonly gpuHourUsd?: number | undefined;
}

/** Settings of a profile under the names of the options. */
export function settingsOfProfile(profile: Profile): Settings {
  const { model, hardware, workload, policy, outputs } = profile;
  return withoutNothing({
    model: model?.id,
    revision: model?.revision,
    trustRemoteCode: model?.trust_remote_code,
    dtype: model?.dtype,
    quantization: model?.quantization,
    kvCacheDtype: model?.kv_cache_dtype,
    maxModelLen: model?.max_model_len,
    paramsB: model?.params_b,
    vllmVersion: profile.vllm_version,
    gpu: hardware?.gpu_name,
    gpus: hardware?.gpus,
    nodes: hardware?.nodes,
    vramGb: hardware?.vram_gb,
    gpuTotalGib: hardware?.gpu_total_gib,
    interconnect: hardware?.interconnect,
    tensorParallelSize: hardware?.tp_size,
    pipelineParallelSize: hardware?.pp_size,
    dataParallelSize: hardware?.dp_size,
    enableExpertParallel: hardware?.expert_parallel,
    promptTokens: workload?.prompt_tokens,
    genTokens: workload?.gen_tokens,
    concurrency: workload?.concurrency,
    streaming: workload?.streaming,
    batchingMode: workload?.mode,
    requestRate: workload?.request_rate,
    numPrompts: workload?.num_prompts,
    randomRangeRatio: workload?.random_range_ratio,
    prefixHitRate: workload?.prefix_hit_rate,
    acceptanceLength: workload?.acceptance_length,
    ttftMs: workload?.ttft_ms,
    tpotMs: workload?.tpot_ms,
    gpuMemoryUtilization: policy?.gpu_memory_utilization,
    overheadGb: policy?.overhead_gb,
    fragmentationFactor: policy?.fragmentation_factor,
    headroomGb: policy?.headroom_gb,
    vllmArgs: outputs?.vllm_args,
    emit: outputs?.emit,
    replicas: outputs?.replicas,
    gpuHourUsd: outputs?.gpu_hour_usd,
  });
}

type OrNull<T> = { readonly [K in keyof T]: T[K] | null | undefined };

function withoutNothing(settings: OrNull<Settings>): Settings {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== null && value !== undefined));
}

/** The command line beats the profile. */
export function mergeSettings(options: PlanOptions, model: string | undefined, profile: Profile | null): Settings {
  if (model !== undefined && options.model !== undefined && model !== options.model) {
    throw contradiction(`The model is given twice: "${model}" and --model "${options.model}".`, 'Keep one of the two.');
  }
  const given = withoutNothing({ ...options, model: model ?? options.model });
  const merged = { ...(profile ? settingsOfProfile(profile) : {}), ...given };
  checkTogether(merged);
  return merged;
}

/** Options that contradict each other, whatever the model. */
export function checkTogether(settings: Settings | SharedOptions): void {
  const { offline, refresh, vramGb, gpuTotalGib, gpus, nodes } = settings;
  if (offline && refresh) {
    throw contradiction('--offline and --refresh contradict each other.', 'Keep --refresh to ask the Hub, or --offline to never ask it.');
  }
  if (vramGb !== undefined && gpuTotalGib !== undefined && vramGb !== gpuTotalGib) {
    throw contradiction(`--vram-gb ${vramGb} and --gpu-total-gib ${gpuTotalGib} both state the memory of a GPU.`, 'Keep --gpu-total-gib.');
  }
  if (gpus !== undefined && nodes !== undefined && gpus % nodes !== 0) {
    throw contradiction(
      `--gpus ${gpus} is the number over all nodes, and ${nodes} nodes cannot share it evenly.`,
      `Give a multiple of ${nodes}.`,
    );
  }
}

export function contradiction(problem: string, fix: string): WizardError {
  return new WizardError('CONTRADICTION', { problem, fix });
}
