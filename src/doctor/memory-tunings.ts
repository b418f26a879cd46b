import { flagTable } from '../engine/flags.ts';
import { quantizationForRequest } from '../model/quantization/scheme-by-name.ts';
import { takesFp8Cache } from '../recommend/concessions.ts';
import type { Attempt, TuneContext, Tuning } from './tuning.ts';

/** Utilisation up to which a fix goes; the rest is for context, communicators and graphs outside the budget. */
const HIGH_UTILIZATION = 0.95;
/** Lowest that is worth trying. */
const LOW_UTILIZATION = 0.05;
/** Contexts are rounded down to a KV block of the usual size. */
const BLOCK_TOKENS = 16;
/** First capability with weight-only FP8 kernels in every release held. @source vLLM layers/quantization/fp8.py */
const FP8_WEIGHTS_CAPABILITY = 8;

const floorTo = (n: number, step: number): number => Math.floor(n / step) * step;
const hundredths = (n: number): number => Math.floor(n * 100 + 1e-9) / 100;

function utilization(context: TuneContext, value: number, sideEffect: string): Attempt {
  return {
    change: `--gpu-memory-utilization ${value}`,
    sideEffect,
    args: { ...context.args, gpuMemoryUtilization: value, kvCacheMemoryBytes: null },
  };
}

function lowered(context: TuneContext): readonly Attempt[] {
  return [0.05, 0.1, 0.15, 0.2]
    .map((less) => Number((context.settings.gpuMemoryUtilization - less).toFixed(2)))
    .filter((share) => share >= LOW_UTILIZATION)
    .map((share) => utilization(context, share, 'the KV cache is smaller, so fewer requests run at once'));
}

/** Tunings that move memory between weights, activations, graphs and the KV cache. */
export const MEMORY_TUNINGS = {
  utilizationThatIsFree: {
    advice: ({ readings: { freeGib, totalGib } }) =>
      freeGib === null || totalGib === null
        ? 'Lower --gpu-memory-utilization.'
        : freeGib / totalGib < LOW_UTILIZATION
          ? ''
          : `--gpu-memory-utilization ${hundredths(freeGib / totalGib)} or less`,
    attempts: (context) => {
      const { freeGib, totalGib } = context.readings;
      if (freeGib === null || totalGib === null) return lowered(context);
      const share = hundredths(freeGib / totalGib);
      return share < LOW_UTILIZATION ? [] : [utilization(context, share, 'the KV cache is smaller, so fewer requests run at once')];
    },
  },
  lowerUtilization: {
    advice: () => 'Lower --gpu-memory-utilization by 0.05.',
    attempts: lowered,
  },
  higherUtilization: {
    advice: () => `Raise --gpu-memory-utilization to ${HIGH_UTILIZATION}, if nothing else runs on the GPU.`,
    attempts: (context) => {
      const { freeGib, totalGib } = context.readings;
      const most = freeGib === null || totalGib === null ? HIGH_UTILIZATION : Math.min(HIGH_UTILIZATION, hundredths(freeGib / totalGib));
      return context.settings.gpuMemoryUtilization < most ? [utilization(context, most, 'less is left for anything else on that GPU')] : [];
    },
  },
  contextThatFits: {
    advice: ({ readings: { estimatedMaxModelLen, maxModelLen, neededKvGib, availableKvGib } }) => {
      if (estimatedMaxModelLen !== null) return `--max-model-len ${estimatedMaxModelLen}`;
      if (maxModelLen === null || neededKvGib === null || availableKvGib === null) return 'A smaller --max-model-len.';
      return `A --max-model-len of about ${floorTo((maxModelLen * availableKvGib) / neededKvGib, BLOCK_TOKENS)}.`;
    },
    attempts: (context) => {
      const predicted = context.evaluation.answer?.memory.kvCache?.estimatedMaxModelLen ?? null;
      const known = [context.readings.estimatedMaxModelLen, predicted].filter((tokens) => tokens !== null);
      const limit = Math.min(...known, context.settings.maxModelLen);
      const lengths = [1, 0.9, 0.75, 0.5, 0.25]
        .map((share) => floorTo(limit * share, BLOCK_TOKENS))
        .filter((tokens) => tokens >= BLOCK_TOKENS);
      return lengths
        .filter((tokens) => tokens < context.settings.maxModelLen)
        .map((tokens) => ({
          change: `--max-model-len ${tokens}`,
          sideEffect: `requests longer than ${tokens} tokens are refused`,
          args: { ...context.args, maxModelLen: tokens },
        }));
    },
  },
  fp8Cache: {
    advice: () => '--kv-cache-dtype fp8',
    attempts: ({ settings, request, args }) =>
      settings.kvCacheDtype.startsWith('fp8') || !takesFp8Cache(request.model, request.hardware.gpu)
        ? []
        : [
            {
              change: '--kv-cache-dtype fp8',
              sideEffect: 'keys and values are rounded to 8 bits; check the quality on your own prompts',
              args: { ...args, kvCacheDtype: 'fp8' },
            },
          ],
  },
  fewerSequences: {
    advice: () => 'A smaller --max-num-seqs, for example 64.',
    attempts: ({ settings, args }) =>
      [128, 64, 16, 8]
        .filter((seqs) => seqs < settings.maxNumSeqs)
        .map((seqs) => ({
          change: `--max-num-seqs ${seqs}`,
          sideEffect: `at most ${seqs} requests run at once, the others wait`,
          args: { ...args, maxNumSeqs: seqs },
        })),
  },
  smallerBatch: {
    advice: () => '--max-num-batched-tokens 2048',
    attempts: ({ settings, args }) =>
      [4096, 2048, 1024]
        .filter((tokens) => tokens < settings.maxNumBatchedTokens && tokens >= settings.maxNumSeqs)
        .map((tokens) => ({
          change: `--max-num-batched-tokens ${tokens}`,
          sideEffect: 'long prompts are read in more steps, so the first token comes later',
          args: { ...args, maxNumBatchedTokens: tokens },
        })),
  },
  fewerGraphs: {
    advice: () => '--max-cudagraph-capture-size 64',
    attempts: ({ settings, args, request }) =>
      flagTable(request.vllm.version).find('--max-cudagraph-capture-size') === null || (settings.cudagraphCaptureSizes.at(-1) ?? 0) <= 64
        ? []
        : [
            {
              change: '--max-cudagraph-capture-size 64',
              sideEffect: 'batches of more than 64 requests run without graphs',
              args: { ...args, maxCudagraphCaptureSize: 64, cudagraphCaptureSizes: null },
            },
          ],
  },
  eager: {
    advice: () => '--enforce-eager',
    attempts: ({ settings, args }) =>
      settings.cudagraphMode === 'NONE' && args.enforceEager === true
        ? []
        : [
            {
              change: '--enforce-eager',
              sideEffect: 'neither graphs nor torch.compile: decoding is slower',
              args: { ...args, enforceEager: true, cudagraphCaptureSizes: null, maxCudagraphCaptureSize: null },
            },
          ],
  },
  smallerWeights: {
    advice: () => 'Serve a checkpoint with smaller weights (FP8, AWQ, GPTQ or NVFP4).',
    attempts: ({ request, args }) => {
      const copies = (request.siblings ?? []).map((sibling) => ({
        change: `serve ${sibling.id} (${sibling.quantization.label})`,
        sideEffect: 'quantized weights; check the quality on your own prompts',
        args: { ...args, model: sibling.id, quantization: null },
        request: { ...request, model: { ...request.model, quantization: sibling.quantization, checkpointBytes: null } },
      }));
      const { model, hardware } = request;
      if (model.quantization.method !== 'none' || Number(hardware.gpu.computeCapability ?? 0) < FP8_WEIGHTS_CAPABILITY) return copies;
      const online = {
        ...quantizationForRequest('fp8', model.quantization, { publisher: null, architecture: model.architecture }),
        online: true,
      };
      return [
        {
          change: '--quantization fp8',
          sideEffect: 'weights are rounded to 8 bits while they are loaded; check the quality on your own prompts',
          args: { ...args, quantization: 'fp8' },
          request: { ...request, model: { ...model, quantization: online, checkpointBytes: null } },
        },
        ...copies,
      ];
    },
  },
  moreGpus: {
    advice: () => 'Share the model between more GPUs: a larger --tensor-parallel-size.',
    attempts: ({ settings, args }) =>
      [2, 4, 8, 16]
        .filter((size) => size > settings.tensorParallelSize)
        .map((size) => {
          const gpus = size * settings.pipelineParallelSize * settings.dataParallelSize;
          return {
            change: `--tensor-parallel-size ${size}, on ${gpus} GPUs`,
            sideEffect: `takes ${gpus} GPUs`,
            args: { ...args, tensorParallelSize: size },
            gpus,
          };
        }),
  },
  offload: {
    advice: () => '--cpu-offload-gb with the GiB that are missing.',
    attempts: ({ args }) =>
      [4, 8, 16, 32, 64]
        .filter((gib) => gib > (args.cpuOffloadGib ?? 0))
        .map((gib) => ({
          change: `--cpu-offload-gb ${gib}`,
          sideEffect: `${gib} GiB of weights cross the PCIe bus at every step: much slower`,
          args: { ...args, cpuOffloadGib: gib },
        })),
  },
  textOnly: {
    advice: () => `--limit-mm-per-prompt '{"image": 0, "video": 0}', if only text is served.`,
    attempts: ({ request, args }) =>
      request.model.towers.length === 0
        ? []
        : [
            {
              change: `--limit-mm-per-prompt '{"image":0,"video":0}'`,
              sideEffect: 'requests with images or videos are refused',
              args: { ...args, limitMmPerPrompt: { image: 0, video: 0 } },
            },
          ],
  },
  cacheBytesAsPredicted: {
    advice: () => '--kv-cache-memory-bytes with the size that the cache should have; the measurement is then skipped.',
    attempts: ({ evaluation, args, request }) => {
      const available = evaluation.answer?.memory.workers[0]?.availableKvCacheBytes ?? 0;
      const bytes = floorTo(available * 0.9, 2 ** 20);
      if (bytes <= 0 || flagTable(request.vllm.version).find('--kv-cache-memory-bytes') === null) return [];
      return [
        {
          change: `--kv-cache-memory-bytes ${bytes}`,
          sideEffect: 'the cache has a fixed size; the utilization no longer matters',
          args: { ...args, kvCacheMemoryBytes: bytes, gpuMemoryUtilization: null },
        },
      ];
    },
  },
  noOffload: {
    advice: () => 'Drop --cpu-offload-gb.',
    attempts: ({ args }) =>
      args.cpuOffloadGib === null
        ? []
        : [{ change: 'drop --cpu-offload-gb', sideEffect: 'all weights must fit on the GPU', args: { ...args, cpuOffloadGib: null } }],
  },
} as const satisfies Record<string, Tuning>;
