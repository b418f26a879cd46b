import type { ServeArgs } from '../engine/serve-args.ts';
import type { Fix } from '../memory/memory-plan.ts';
import { takesFp8Cache } from '../recommend/concessions.ts';
import { formatGiB } from '../units/bytes.ts';
import { type Evaluation, evaluate, starts } from './evaluate.ts';
import type { PlanRequest } from './plan-request.ts';

/** Utilisation that is tried as a fix. */
const HIGH_UTILIZATION = 0.95;
/** Sizes that are tried as a fix for a model that needs more GPUs. */
const TENSOR_SIZES = [2, 4, 8, 16];

interface Attempt {
  readonly change: string;
  readonly args: ServeArgs;
  /** GPUs that the attempt needs, when more than there are. */
  readonly gpus?: number;
  /** Weights in another format. */
  readonly request?: PlanRequest;
}

/**
 * Changes that make a configuration start, each tried on the whole model, the least intrusive first. The effect is what
 * the engine would then report. Empty when it starts already or is refused for another reason than memory.
 */
export function findFixes(request: PlanRequest, evaluation: Evaluation): readonly Fix[] {
  if (starts(evaluation) || evaluation.answer === null || evaluation.refused.length > 0) return [];
  const fixes: Fix[] = [];
  for (const attempt of attempts(request, evaluation)) {
    const hardware = { ...request.hardware, count: Math.max(request.hardware.count, attempt.gpus ?? 0) };
    const tried = evaluate({ ...(attempt.request ?? request), hardware }, attempt.args);
    if (starts(tried)) fixes.push({ change: attempt.change, effect: effectOf(tried) });
  }
  return fixes;
}

function* attempts(request: PlanRequest, { args, settings, answer }: Evaluation): Generator<Attempt> {
  const longest = answer?.memory.kvCache?.estimatedMaxModelLen ?? null;
  if (longest !== null && longest < settings.maxModelLen)
    yield { change: `--max-model-len ${longest}`, args: { ...args, maxModelLen: longest } };
  if (settings.gpuMemoryUtilization < HIGH_UTILIZATION) {
    yield { change: `--gpu-memory-utilization ${HIGH_UTILIZATION}`, args: { ...args, gpuMemoryUtilization: HIGH_UTILIZATION } };
  }
  const lower = roomyUtilization(answer);
  if (lower !== null) yield { change: `--gpu-memory-utilization ${lower}`, args: { ...args, gpuMemoryUtilization: lower } };
  if (settings.maxNumSeqs > 64) yield { change: '--max-num-seqs 64', args: { ...args, maxNumSeqs: 64 } };
  if (settings.maxNumBatchedTokens > 2048) yield { change: '--max-num-batched-tokens 2048', args: { ...args, maxNumBatchedTokens: 2048 } };
  if (!settings.kvCacheDtype.startsWith('fp8') && takesFp8Cache(request.model, request.hardware.gpu)) {
    yield { change: '--kv-cache-dtype fp8', args: { ...args, kvCacheDtype: 'fp8' } };
  }
  if (settings.cudagraphMode !== 'NONE') yield { change: '--enforce-eager', args: { ...args, enforceEager: true } };
  for (const sibling of request.siblings ?? []) {
    const model = { ...request.model, quantization: sibling.quantization };
    yield {
      change: `serve ${sibling.id} (${sibling.quantization.label})`,
      args: { ...args, model: sibling.id },
      request: { ...request, model },
    };
  }
  for (const size of TENSOR_SIZES) {
    if (size <= settings.tensorParallelSize) continue;
    const gpus = size * settings.pipelineParallelSize * settings.dataParallelSize;
    const more = gpus > request.hardware.count ? ` on ${gpus} GPUs` : '';
    yield { change: `--tensor-parallel-size ${size}${more}`, args: { ...args, tensorParallelSize: size }, gpus };
  }
}

/** The highest utilisation, in steps of 0.01, at which context, communicators and graphs still fit beside the budget. */
function roomyUtilization(answer: Evaluation['answer']): number | null {
  const worker = answer?.memory.workers[0];
  if (worker === undefined || worker.requestedBytes + worker.outsideBudgetBytes <= worker.totalBytes) return null;
  return Math.floor(((worker.totalBytes - worker.outsideBudgetBytes) / worker.totalBytes) * 100) / 100;
}

function effectOf({ answer }: Evaluation): string {
  const cache = answer?.memory.kvCache;
  const available = answer?.memory.workers[0]?.availableKvCacheBytes ?? 0;
  if (cache === null || cache === undefined) return 'it starts';
  return `it starts: ${formatGiB(available)} of KV cache, ${cache.maxConcurrency.toFixed(2)} requests of ${cache.maxModelLen} tokens`;
}
