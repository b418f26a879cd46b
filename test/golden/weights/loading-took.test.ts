import { describe, expect, test } from 'vitest';
import { applyDifference } from '../../../src/catalog/apply-difference.ts';
import { loadCatalogModel, loadModelIndex } from '../../../src/catalog/load-models.ts';
import { resolveModelId } from '../../../src/catalog/resolve-model-id.ts';
import { parseRelease, type Release } from '../../../src/engine/version.ts';
import { FIRST_RANK, ONE_GPU } from '../../../src/memory/layout.ts';
import { weightKernelsFor } from '../../../src/memory/weight-kernels.ts';
import { weightsOfRank } from '../../../src/memory/weights.ts';
import { ConfigReader } from '../../../src/model/config-reader.ts';
import type { DType, ModelSpec } from '../../../src/model/model-spec.ts';
import { parseModel } from '../../../src/model/parse-model.ts';
import { quantizationForRequest, schemeByName } from '../../../src/model/quantization/scheme-by-name.ts';
import { GIB } from '../../../src/units/bytes.ts';

interface LogRow {
  readonly model: string;
  readonly gib: number;
  /** Decimals of the log line. */
  readonly decimals?: number;
  readonly tp?: number;
  readonly pp?: number;
  readonly ep?: boolean;
  readonly dtype?: DType;
  readonly q?: string;
  /** H100 and vLLM 0.19.0 unless said. */
  readonly capability?: number;
  readonly release?: Release;
  readonly log: string;
}

const SWEEP = 'calibration sweep on H100, vLLM 0.19.0';

/** "Model loading took" of rank 0 in public start-up logs. */
const ROWS: readonly LogRow[] = [
  { model: 'codellama/CodeLlama-7b-hf', gib: 12.56, log: SWEEP },
  { model: 'Qwen/Qwen2.5-7B-Instruct', gib: 14.25, log: SWEEP },
  { model: 'Qwen/Qwen2.5-7B-Instruct', tp: 2, gib: 7.12, log: SWEEP },
  { model: 'Qwen/Qwen2.5-7B-Instruct', tp: 4, gib: 3.55, log: SWEEP },
  { model: 'Qwen/Qwen2-7B-Instruct', capability: 80, gib: 14.2488, decimals: 4, log: 'A100 80GB' },
  { model: 'Qwen/Qwen2-7B-Instruct', capability: 80, tp: 2, gib: 7.1217, decimals: 4, log: 'A100 80GB' },
  { model: 'Qwen/Qwen2.5-72B-Instruct', tp: 2, gib: 67.8, log: SWEEP },
  { model: 'Qwen/Qwen2.5-72B-Instruct', tp: 4, gib: 33.98, log: SWEEP },
  { model: 'meta-llama/Llama-3.1-8B-Instruct', pp: 4, gib: 4.26, log: SWEEP },
  { model: 'meta-llama/Llama-3.1-8B-Instruct', q: 'fp8', gib: 8.49, log: SWEEP },
  { model: 'meta-llama/Llama-3.3-70B-Instruct', tp: 8, gib: 16.46, log: 'H100' },
  { model: 'RedHatAI/Llama-3.3-70B-Instruct-fp8-dynamic', tp: 2, gib: 33.88, log: SWEEP },
  { model: 'RedHatAI/Meta-Llama-3.1-8B-Instruct-quantized.w8a8', dtype: 'float16', gib: 8.49, log: SWEEP },
  { model: 'nvidia/Llama-3.3-70B-Instruct-FP8', gib: 67.7, log: 'H100' },
  { model: 'Qwen2.5-1.5B-Instruct-AWQ', capability: 86, release: '0.13.0', gib: 1.1018, decimals: 4, log: 'RTX 3090' },
  { model: 'google/gemma-2-9b-it', gib: 17.22, log: SWEEP },
  { model: 'microsoft/phi-2', dtype: 'float16', gib: 5.19, log: SWEEP },
  { model: 'mistralai/Mixtral-8x7B-Instruct-v0.1', tp: 2, gib: 43.51, log: SWEEP },
  { model: 'Qwen/Qwen1.5-MoE-A2.7B', gib: 26.67, log: SWEEP },
  { model: 'deepseek-ai/DeepSeek-V2-Lite-Chat', gib: 29.43, log: SWEEP },
  { model: 'deepseek-ai/DeepSeek-V2-Lite-Chat', tp: 2, gib: 14.83, log: SWEEP },
  { model: 'deepseek-ai/DeepSeek-V2-Lite-Chat', tp: 4, gib: 7.51, log: SWEEP },
  { model: 'openai/gpt-oss-20b', gib: 13.64, log: SWEEP },
  { model: 'openai/gpt-oss-20b', tp: 2, gib: 7.01, log: SWEEP },
  { model: 'openai/gpt-oss-20b', tp: 4, gib: 3.63, log: SWEEP },
  { model: 'MiniMaxAI/MiniMax-M2.5', tp: 4, gib: 53.75, log: 'H100, vLLM 0.19.1' },
  {
    model: 'Qwen/Qwen3-235B-A22B-Instruct-2507-FP8',
    tp: 8,
    ep: true,
    capability: 89,
    release: '0.10.2',
    gib: 27.72,
    log: 'eight L40S with expert parallelism',
  },
  { model: 'lukealonso/GLM-5.1-NVFP4-MTP', tp: 8, capability: 120, release: '0.20.2', gib: 55.67, log: 'eight RTX PRO 6000' },
];

/** Beyond the rounding of the log: what is left is the order in which kernels replace tensors, 0.1 % at most. */
const TOLERANCE = 0.0015;

describe('"Model loading took"', () => {
  test.each(ROWS)('$model, tp $tp, pp $pp, $q ($log)', (row) => {
    const model = readModel(row.model);
    const layout = { ...ONE_GPU, tensorParallel: row.tp ?? 1, pipelineParallel: row.pp ?? 1, expertParallel: row.ep ?? false };
    const version = parseRelease(row.release ?? '0.19.0');
    const { total } = weightsOfRank(model, layout, FIRST_RANK, {
      dtype: row.dtype ?? 'bfloat16',
      quantization: row.q === undefined ? model.quantization : quantizationForRequest(row.q, model.quantization),
      kernels: weightKernelsFor({ capability: row.capability ?? 90, version, lora: false }),
      splitTowers: true,
      towers: true,
      loraSlots: null,
    });
    const rounding = 0.5 * 10 ** -(row.decimals ?? 2);
    expect(Math.abs(total / GIB - row.gib)).toBeLessThan(rounding + TOLERANCE * row.gib);
  });
});

function readModel(name: string): ModelSpec {
  const lookup = resolveModelId(name, loadModelIndex());
  if (lookup.kind !== 'found' || lookup.resolution.base.from !== 'record') throw new Error(`no shape for ${name}`);
  const { base, set, quantization } = lookup.resolution;
  const record = loadCatalogModel(base.id);
  const config = applyDifference(record?.config ?? {}, set);
  const [architecture] = new ConfigReader(config).optionalStrings('architectures') ?? [];
  const override = quantization === null ? null : schemeByName(quantization.name, quantization.publisher, architecture ?? null);
  return parseModel({
    id: name,
    revision: null,
    config,
    hfQuantConfig: record?.hfQuantConfig ?? null,
    source: { kind: 'catalog', detail: name },
    publishedParameters: null,
    activeParameters: null,
    checkpointBytes: null,
    ...(override === null ? {} : { quantizationOverride: override }),
  });
}
