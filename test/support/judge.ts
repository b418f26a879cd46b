import { matchGpu } from '../../src/catalog/match-gpu.ts';
import { defaultServeArgs, type ServeArgs } from '../../src/engine/serve-args.ts';
import { resolveVersion } from '../../src/engine/version.ts';
import { findCatalogModel } from '../../src/model/find-model.ts';
import type { ModelSpec } from '../../src/model/model-spec.ts';
import { parseModel } from '../../src/model/parse-model.ts';
import { type Evaluation, evaluate } from '../../src/plan/evaluate.ts';
import { DEFAULT_POLICY, DEFAULT_WORKLOAD, type PlanRequest } from '../../src/plan/plan-request.ts';

export interface Case {
  readonly model: string;
  readonly gpu: string;
  readonly gpus?: number;
  readonly version: string;
  readonly args?: Partial<ServeArgs>;
  readonly totalBytes?: number;
  readonly assumeKvCacheBytes?: number;
}

export function catalogModel(id: string): ModelSpec {
  return parseModel(findCatalogModel(id));
}

export function requestOf({ model, gpu, gpus = 1, version, args = {}, totalBytes, assumeKvCacheBytes }: Case): PlanRequest {
  const found = matchGpu(gpu);
  if (found.kind !== 'match') throw new Error(`no GPU ${gpu}`);
  return {
    mode: 'check',
    model: catalogModel(model),
    hardware: {
      gpu: found.gpu,
      count: gpus,
      nodes: 1,
      interconnect: 'unknown',
      totalBytesOverride: totalBytes ?? null,
      detected: false,
      driverVersion: null,
      cudaVersion: null,
    },
    workload: DEFAULT_WORKLOAD,
    policy: DEFAULT_POLICY,
    args: { ...defaultServeArgs(model), ...args },
    vllm: resolveVersion(version),
    assumeKvCacheBytes: assumeKvCacheBytes ?? null,
    findings: [],
  };
}

/** Judges a catalogued model on a catalogued card, as `check` does. */
export function judge(spec: Case): Evaluation {
  const request = requestOf(spec);
  return evaluate(request, request.args);
}
