import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { GPUS, type GpuId } from '../catalog/gpus.ts';
import { defaultServeArgs, type ServeArgs } from '../engine/serve-args.ts';
import { resolveVersion } from '../engine/version.ts';
import { parseModel } from '../model/parse-model.ts';
import type { PlanDocument } from '../plan/plan-document.ts';
import { DEFAULT_POLICY, DEFAULT_WORKLOAD, type HardwareInput, type PlanRequest } from '../plan/plan-request.ts';
import type { PlanResult } from '../plan/plan-result.ts';

export interface TestPlan {
  readonly model?: string;
  readonly local?: boolean;
  readonly moe?: boolean;
  readonly mode?: 'plan' | 'check';
  readonly version?: string;
  readonly gpu?: GpuId;
  readonly count?: number;
  readonly nodes?: number;
  readonly args?: Partial<ServeArgs>;
  /** p99 of a request; null: no performance section. */
  readonly p99Ms?: number | null;
  readonly fails?: boolean;
  /** What the user asks of the server, in milliseconds. */
  readonly targets?: { readonly ttftMs: number; readonly tpotMs: number };
}

/** A plan as `plan()` returns it, for an 8B model, with whatever a test wants different. */
export function testPlan(test: TestPlan = {}): PlanResult {
  const { model = 'meta-llama/Llama-3.1-8B-Instruct', gpu = 'h100-sxm-80gb', version = '0.33.0', mode = 'plan' } = test;
  const args: ServeArgs = { ...defaultServeArgs(model), maxModelLen: 8192, maxNumSeqs: 64, gpuMemoryUtilization: 0.9, ...test.args };
  const tp = args.tensorParallelSize ?? 1;
  const pp = args.pipelineParallelSize ?? 1;
  const dp = args.dataParallelSize ?? 1;
  const hardware: HardwareInput = {
    gpu: GPUS[gpu],
    count: test.count ?? tp * pp * dp,
    nodes: test.nodes ?? 1,
    interconnect: 'unknown',
    totalBytesOverride: null,
    detected: false,
    driverVersion: null,
    cudaVersion: null,
  };
  const request: PlanRequest = {
    mode,
    model: testModel(test, model, args.revision),
    hardware,
    workload: { ...DEFAULT_WORKLOAD, ttftTargetMs: test.targets?.ttftMs ?? null, tpotTargetMs: test.targets?.tpotMs ?? null },
    policy: DEFAULT_POLICY,
    args,
    vllm: resolveVersion(version),
    assumeKvCacheBytes: null,
    findings: [],
  };
  return { request, document: testDocument(request, test), args, settings: null, memory: null };
}

function testModel({ local, moe }: TestPlan, id: string, revision: string | null): PlanRequest['model'] {
  const dense = { architectures: ['LlamaForCausalLM'], model_type: 'llama' };
  const mixture = { architectures: ['MixtralForCausalLM'], model_type: 'mixtral', num_local_experts: 8, num_experts_per_tok: 2 };
  const shape = { hidden_size: 4096, num_hidden_layers: 32, num_attention_heads: 32, num_key_value_heads: 8, intermediate_size: 14336 };
  const config = { ...(moe ? mixture : dense), ...shape, vocab_size: 128256, max_position_embeddings: 131072, torch_dtype: 'bfloat16' };
  return parseModel({
    id,
    revision,
    config: { ...config, rms_norm_eps: 1e-5, tie_word_embeddings: false },
    hfQuantConfig: null,
    source: { kind: local ? 'local' : 'catalog', detail: 'test' },
    publishedParameters: null,
    activeParameters: null,
    checkpointBytes: 16_060_522_496,
  });
}

function testDocument({ args, model, hardware, vllm, mode }: PlanRequest, { p99Ms = 41_200, fails = false }: TestPlan): PlanDocument {
  const distribution = { mean: 1, p50: 1, p90: 1, p99: 1 };
  return {
    schema_version: 1,
    tool_version: '1.0.0',
    vllm_version: vllm.text,
    mode,
    model: {
      id: model.id,
      revision: args.revision,
      architecture: model.architecture,
      parameters: 8_030_261_248,
      active_parameters: null,
      weight_bytes: 16_060_522_496,
      dtype: 'bfloat16',
      quantization: 'none',
      context_limit: 131_072,
      source: { kind: model.source.kind, detail: model.source.detail },
    },
    hardware: {
      gpus: [],
      count: hardware.count,
      nodes: hardware.nodes,
      interconnect: hardware.interconnect,
      detected: false,
    },
    workload: {
      prompt_tokens: 512,
      gen_tokens: 256,
      concurrency: 1,
      streaming: true,
      batching_mode: 'balanced',
      request_rate: null,
      num_prompts: 10,
      random_range_ratio: 0,
      ttft_ms: null,
      tpot_ms: null,
      prefix_hit_rate: 0,
      acceptance_length: 1,
    },
    policy: { gpu_memory_utilization: 0.9, overhead_gb: null, fragmentation_factor: null, headroom_gb: 1 },
    feasibility: {
      fits: !fails,
      oom_risk: 'low',
      vram_total_gb: 79.19,
      vram_target_alloc_gb: 71.27,
      weights_gb: 14.99,
      kv_cache_gb: 1,
      overhead_gb: 1.5,
      headroom_gb: 53.8,
      max_concurrency_at_context: 54,
      max_context_at_concurrency: 131_072,
      warnings: [],
    },
    memory: {
      workers: [],
      kv_cache: null,
      verdict: fails ? 'fails' : 'starts',
      failure: fails ? { kind: 'no_kv_memory', message: 'No available memory for the cache blocks.', fixes: [] } : null,
      ranges: null,
    },
    config: configSection(args),
    performance:
      p99Ms === null
        ? null
        : {
            decode_toks_per_s_range: [80, 120],
            prefill_toks_per_s_range: [10_000, 20_000],
            ttft_ms_range: [20, 40],
            assumptions: [],
            ttft_ms: distribution,
            tpot_ms: distribution,
            itl_ms: distribution,
            e2e_ms: { ...distribution, p99: p99Ms },
            output_tokens_per_s: 100,
            total_tokens_per_s: 300,
            requests_per_s: 0.4,
            basis: 'roofline',
            ranges: { ttft_ms: [20, 40], tpot_ms: [8, 12], output_tokens_per_s: [80, 120] },
          },
    artifacts: { serve_command: null, docker_command: null, docker_compose: null, k8s_values: null },
    warnings: [],
  };
}

function configSection(args: ServeArgs): PlanDocument['config'] {
  return {
    model: args.model,
    tensor_parallel_size: args.tensorParallelSize ?? 1,
    pipeline_parallel_size: args.pipelineParallelSize ?? 1,
    data_parallel_size: args.dataParallelSize ?? 1,
    enable_expert_parallel: args.enableExpertParallel ?? false,
    dtype: 'bfloat16',
    gpu_memory_utilization: args.gpuMemoryUtilization ?? 0.92,
    max_model_len: typeof args.maxModelLen === 'number' ? args.maxModelLen : 131_072,
    kv_cache_dtype: 'auto',
    quantization: null,
    swap_space: null,
    enforce_eager: args.enforceEager ?? false,
    max_num_seqs: args.maxNumSeqs ?? 256,
    max_num_batched_tokens: 8192,
    enable_prefix_caching: args.enablePrefixCaching ?? true,
    block_size: 16,
    trust_remote_code: args.trustRemoteCode,
    explanations: {},
  };
}

/** Text that breaks careless quoting: every character that shells, YAML, Compose or Kubernetes read as more than itself. */
export const hostileText = fc
  .oneof(
    fc.constantFrom(
      'it\'s $(touch x) `y` \\ "z"',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: that is the hostile part
      '${HF_TOKEN}',
      '$$',
      'a\nb: c\n- d # e',
      'on',
      '0x1F',
      '12:30',
      '~',
      'null',
      'ünïcödé 模型',
      '%s\t\r',
    ),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }),
    fc.string({ unit: fc.constantFrom(...'$\'"`\\ \n#:-{}[]&*!|>%@~()a1'), minLength: 1, maxLength: 10 }),
  )
  .filter((text) => !text.includes('\0'));

/** As `hostileText`, where the engine's parser would not take the word for a flag. */
export const hostileWord = hostileText.filter((text) => !text.startsWith('-'));

export interface RecordedCall {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** Runs a script under /bin/sh with stand-ins for `vllm` and `docker` that write down how they were called. */
export function runShell(script: string, env: Readonly<Record<string, string>> = {}): RecordedCall {
  const dir = mkdtempSync(join(tmpdir(), 'artifact-shell-'));
  try {
    for (const program of ['vllm', 'docker']) {
      const stub = join(dir, program);
      writeFileSync(stub, `#!/bin/sh\nfor a in "$0" "$@"; do printf '%s\\0' "$a"; done >"$RECORD.argv"\nenv -0 >"$RECORD.env"\n`);
      chmodSync(stub, 0o755);
    }
    const file = join(dir, 'script.sh');
    writeFileSync(file, script);
    const record = join(dir, 'record');
    execFileSync('/bin/sh', [file], {
      env: { PATH: `${dir}:/usr/bin:/bin`, HOME: '/home/me', RECORD: record, ...env },
      cwd: dir,
      stdio: 'pipe',
    });
    const [program = '', ...rest] = readFileSync(`${record}.argv`, 'utf8').split('\0').slice(0, -1);
    const variables = readFileSync(`${record}.env`, 'utf8').split('\0').slice(0, -1);
    const pairs = variables.map((line): [string, string] => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]);
    return { argv: [program.slice(dir.length + 1), ...rest], env: Object.fromEntries(pairs) };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
