import type { ServeArgs } from '../../engine/serve-args.ts';
import { serveArgv } from '../../engine/serve-argv.ts';
import type { PlanResult } from '../../plan/plan-result.ts';
import type { Profile } from '../../plan/profile-schema.ts';
import { GIB } from '../../units/bytes.ts';
import type { Deployment } from '../deployment.ts';
import type { EmitWord } from '../emit-words.ts';
import { splitSecrets } from '../secrets.ts';
import { groupFlags } from '../shell-quote.ts';

/** Weight schemes that the option of the same name takes by vLLM's name. */
const STORED_AS = new Set(['awq', 'gptq', 'fp8', 'bitsandbytes', 'mxfp4']);

type ProfiledOptions = Pick<Deployment, 'replicas' | 'gpuHourUsd'>;

/** The inputs of the plan as a profile of version 2: planning from it gives the same plan. Secrets are left out. */
export function profileOf({ request }: PlanResult, { replicas, gpuHourUsd }: ProfiledOptions, words: readonly EmitWord[]): Profile {
  const { model, hardware, workload, policy, vllm } = request;
  const { args } = splitSecrets(request.args, false);
  // Files of the model say themselves how its weights are stored; for a known shape the option may have said it.
  const files = model.source.kind === 'local' || model.source.kind === 'cache' || model.source.kind === 'hub';
  const stored = !files && STORED_AS.has(model.quantization.method) ? model.quantization.method : null;
  return {
    profile_version: 2,
    vllm_version: vllm.text,
    model: {
      id: args.model,
      ...some('revision', args.revision),
      ...(args.trustRemoteCode && { trust_remote_code: true }),
      ...some('dtype', args.dtype),
      ...some('quantization', stored),
      ...some('kv_cache_dtype', args.kvCacheDtype),
      ...some('max_model_len', lengthOf(args)),
    },
    hardware: {
      gpu_name: hardware.gpu.id,
      gpus: hardware.count,
      nodes: hardware.nodes,
      interconnect: hardware.interconnect,
      ...some('gpu_total_gib', hardware.totalBytesOverride === null ? null : hardware.totalBytesOverride / GIB),
      ...some('tp_size', args.tensorParallelSize),
      ...some('pp_size', args.pipelineParallelSize),
      ...some('dp_size', args.dataParallelSize),
      ...some('expert_parallel', args.enableExpertParallel),
    },
    workload: {
      prompt_tokens: workload.promptTokens,
      gen_tokens: workload.genTokens,
      concurrency: workload.concurrency,
      streaming: workload.streaming,
      mode: workload.batchingMode,
      ...some('request_rate', workload.requestRate),
      num_prompts: workload.numPrompts,
      random_range_ratio: workload.randomRangeRatio,
      prefix_hit_rate: workload.prefixHitRate,
      acceptance_length: workload.acceptanceLength,
      ...some('ttft_ms', workload.ttftTargetMs),
      ...some('tpot_ms', workload.tpotTargetMs),
    },
    policy: {
      ...some('gpu_memory_utilization', args.gpuMemoryUtilization),
      ...some('overhead_gb', policy.overheadGib),
      ...some('fragmentation_factor', policy.fragmentationFactor),
      headroom_gb: policy.headroomGib,
    },
    outputs: {
      emit: [...words],
      vllm_args: vllmArgs(args, request.vllm.version),
      ...(replicas > 1 && { replicas }),
      ...some('gpu_hour_usd', gpuHourUsd),
    },
  };
}

/** A key only where there is a value: a null in a profile reads like a decision. */
function some<K extends string, T>(key: K, value: T | null): { readonly [key in K]?: T } {
  const pair: { [key in K]?: T } = {};
  if (value !== null) pair[key] = value;
  return pair;
}

function lengthOf({ maxModelLen }: ServeArgs): number | null {
  return typeof maxModelLen === 'number' ? maxModelLen : null;
}

type FlagValue = string | number | boolean | (string | number)[];

/** Pinned flags that have no key of their own, by vLLM's names without dashes. */
function vllmArgs(args: ServeArgs, version: PlanResult['request']['vllm']['version']): Record<string, FlagValue> {
  const rest: ServeArgs = {
    ...args,
    revision: null,
    trustRemoteCode: false,
    dtype: null,
    kvCacheDtype: null,
    maxModelLen: lengthOf(args) === null ? args.maxModelLen : null,
    tensorParallelSize: null,
    pipelineParallelSize: null,
    dataParallelSize: null,
    enableExpertParallel: null,
    gpuMemoryUtilization: null,
  };
  const [, ...tokens] = serveArgv(rest, version);
  return Object.fromEntries(groupFlags(tokens).map(flagEntry));
}

function flagEntry([flag = '', ...values]: readonly string[]): [string, FlagValue] {
  const level = /^-O(\d)$/.exec(flag)?.[1];
  if (level !== undefined) return ['optimization-level', Number(level)];
  const equals = flag.indexOf('=');
  if (equals > 0) return [flag.slice(2, equals), flag.slice(equals + 1)];
  const [first, ...more] = values.map(scalar);
  if (first === undefined) return flag.startsWith('--no-') ? [flag.slice(5), false] : [flag.slice(2), true];
  return [flag.slice(2), more.length === 0 ? first : [first, ...more]];
}

function scalar(text: string): string | number {
  return /^\d{1,15}$/.test(text) && String(Number(text)) === text ? Number(text) : text;
}
