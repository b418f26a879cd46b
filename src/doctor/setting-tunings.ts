import type { ServeArgs } from '../engine/serve-args.ts';
import { compareVersions, NEWEST_RELEASE, parseRelease, resolveVersion } from '../engine/version.ts';
import type { Attempt, TuneContext, Tuning } from './tuning.ts';

const NONE = 'none';

/** Ranks that vLLM builds kernels for. @source vLLM config/lora.py MaxLoRARanks */
const LORA_RANKS = [8, 16, 32, 64, 128, 256, 320, 512];

/** A tuning with one attempt, which may not apply. */
function single(change: string, sideEffect: string, set: (context: TuneContext) => ServeArgs | null): Tuning {
  return {
    advice: () => `${change.charAt(0).toUpperCase()}${change.slice(1)}.`,
    attempts: (context) => {
      const args = set(context);
      return args === null ? [] : [{ change, sideEffect, args }];
    },
  };
}

function without(args: ServeArgs, ...names: readonly string[]): ServeArgs | null {
  const kept = args.otherFlags.filter(({ name }) => !names.includes(name) && !names.some((gone) => name.startsWith(`${gone}.`)));
  return kept.length === args.otherFlags.length ? null : { ...args, otherFlags: kept };
}

/** Tensor sizes that differ from the one that failed, with the pipeline that keeps the number of GPUs where one does. */
function layouts({ settings, args }: TuneContext, sizes: readonly number[]): readonly Attempt[] {
  const { tensorParallelSize: tp, pipelineParallelSize: pp } = settings;
  return sizes.flatMap((size) => {
    const stages = (tp * pp) / size;
    const pipelined: Attempt[] =
      Number.isInteger(stages) && stages > pp
        ? [
            {
              change: `--tensor-parallel-size ${size} --pipeline-parallel-size ${stages}`,
              sideEffect: 'the same GPUs, but stages wait for each other: a single request is slower',
              args: { ...args, tensorParallelSize: size, pipelineParallelSize: stages },
            },
          ]
        : [];
    const fewer: Attempt = {
      change: `--tensor-parallel-size ${size}`,
      sideEffect:
        size < tp ? `${size * pp} GPUs instead of ${tp * pp}, so each holds more weights and less cache` : `takes ${size * pp} GPUs`,
      args: { ...args, tensorParallelSize: size },
      gpus: size * pp,
    };
    return [...pipelined, fewer];
  });
}

const below = (tp: number): number[] => Array.from({ length: Math.max(0, tp - 1) }, (_, i) => tp - 1 - i);

/** Tunings of everything but memory. */
export const SETTING_TUNINGS = {
  tensorSizeThatDivides: {
    advice: ({ facts }) => {
      const heads = Number(facts.heads ?? Number.NaN);
      const sizes = [1, 2, 4, 8, 16].filter((size) => heads % size === 0);
      return sizes.length > 0
        ? `A tensor parallel size that divides ${heads}: ${sizes.join(', ')}.`
        : 'A smaller tensor parallel size, a power of two.';
    },
    attempts: (context) =>
      layouts(context, [...below(context.settings.tensorParallelSize), context.settings.tensorParallelSize + 1, 4, 8, 16]),
  },
  smallerTensorSize: {
    advice: () => 'Half the --tensor-parallel-size, and twice the --pipeline-parallel-size to keep the GPUs.',
    attempts: (context) =>
      layouts(
        context,
        [2, 4, 8, 16, 32].map((part) => context.settings.tensorParallelSize / part).filter((size) => size >= 1 && Number.isInteger(size)),
      ),
  },
  layoutOfGpus: {
    advice: ({ facts }) => (facts.have ? `A layout of ${facts.have} GPUs.` : 'A layout of as many GPUs as there are.'),
    attempts: (context) => {
      const have = Number(context.facts.have ?? context.request.hardware.count);
      return layouts(
        context,
        [16, 8, 4, 2, 1].filter((size) => size <= have && size < context.settings.tensorParallelSize),
      );
    },
  },
  expertParallel: single(
    'add --enable-expert-parallel',
    'each GPU holds whole experts instead of a slice of all',
    ({ args, request, settings }) =>
      request.model.experts === null || settings.enableExpertParallel ? null : { ...args, enableExpertParallel: true },
  ),
  noExpertParallel: single('drop --enable-expert-parallel', NONE, ({ args }) => ({ ...args, enableExpertParallel: null })),
  noPipeline: single('tensor parallelism in place of the pipeline', 'more traffic between the GPUs', ({ args, settings }) => ({
    ...args,
    pipelineParallelSize: null,
    tensorParallelSize: settings.tensorParallelSize * settings.pipelineParallelSize,
  })),
  derivedLength: {
    advice: ({ facts }) => (facts.limit ? `--max-model-len ${facts.limit} or less.` : 'A --max-model-len that config.json allows.'),
    attempts: ({ args, settings, facts }) => {
      const limit = Math.min(Number(facts.limit ?? settings.derivedMaxModelLen), settings.derivedMaxModelLen);
      return [
        {
          change: `--max-model-len ${limit}`,
          sideEffect: `requests longer than ${limit} tokens are refused`,
          args: { ...args, maxModelLen: limit },
        },
      ];
    },
  },
  chunkedPrefill: single('chunked prefill on', 'long prompts are read in several steps', ({ args, settings }) =>
    settings.enableChunkedPrefill ? null : { ...args, enableChunkedPrefill: true },
  ),
  tokensOfContext: single('--max-num-batched-tokens as large as the context', 'more memory for activations', ({ args, settings }) => ({
    ...args,
    maxNumBatchedTokens: settings.maxModelLen,
  })),
  sequencesOfBatch: single('--max-num-seqs no larger than the batch', 'fewer requests run at once', ({ args, settings }) => ({
    ...args,
    maxNumSeqs: settings.maxNumBatchedTokens,
  })),
  tokensForSpeculation: single(
    '--max-num-batched-tokens with room for the speculative tokens',
    'more memory for activations',
    ({ args, settings }) => {
      const needed = settings.maxNumSeqs * (settings.numSpeculativeTokens + 1) * 2;
      return { ...args, maxNumBatchedTokens: Math.max(8192, 2 ** Math.ceil(Math.log2(needed))) };
    },
  ),
  tokensForItem: single('--max-num-batched-tokens as large as one item', 'more memory for activations', ({ args, facts }) => {
    const item = Number(facts.item ?? Number.NaN);
    return Number.isFinite(item) ? { ...args, maxNumBatchedTokens: 2 ** Math.ceil(Math.log2(item)) } : null;
  }),
  noSpeculation: single('no speculative decoding', 'one token a step', ({ args }) => {
    const plain = without(args, '--speculative-config', '--spec-method', '--spec-model', '--spec-tokens') ?? args;
    return { ...plain, speculation: null };
  }),
  noPrefixCaching: single('--no-enable-prefix-caching', 'prompts that begin alike are computed again', ({ args }) => ({
    ...args,
    enablePrefixCaching: false,
  })),
  noQuantizationFlag: single('drop --quantization: the checkpoint says how it is stored', NONE, ({ args }) => ({
    ...args,
    quantization: null,
  })),
  defaultUtilization: single('drop --gpu-memory-utilization', NONE, ({ args }) => ({ ...args, gpuMemoryUtilization: null })),
  defaultBlockSize: single('drop --block-size', NONE, ({ args }) => (args.blockSize === null ? null : { ...args, blockSize: null })),
  defaultKvDtype: single('drop --kv-cache-dtype', 'the cache holds fewer tokens', ({ args }) =>
    args.kvCacheDtype === null ? null : { ...args, kvCacheDtype: null },
  ),
  defaultBackend: single('drop --attention-backend', NONE, ({ args }) =>
    args.attentionBackend === null ? null : { ...args, attentionBackend: null },
  ),
  halfPrecision: single('--dtype half', 'float16 has a smaller range; a few models overflow in it', ({ args }) => ({
    ...args,
    dtype: 'half',
  })),
  brainPrecision: single('--dtype bfloat16', NONE, ({ args }) => ({ ...args, dtype: 'bfloat16' })),
  fullPrecision: single('--dtype float32', 'twice the memory and much slower', ({ args }) => ({ ...args, dtype: 'float32' })),
  poolingRunner: single('--runner pooling', 'the engine answers embeddings, scores or classes instead of text', ({ args }) => ({
    ...args,
    runner: 'pooling',
  })),
  trustRemoteCode: single('--trust-remote-code', 'code of the repository runs on your machine: read it first', ({ args }) => ({
    ...args,
    trustRemoteCode: true,
  })),
  loraRank: {
    advice: ({ facts }) => `--max-lora-rank ${rankFor(facts.rank)}`,
    attempts: ({ args, facts }) => {
      const rank = rankFor(facts.rank);
      return [
        {
          change: `--max-lora-rank ${rank}`,
          sideEffect: 'more memory for every adapter slot',
          args: { ...args, enableLora: true, maxLoraRank: rank },
        },
      ];
    },
  },
  noCustomAllReduce: single('--disable-custom-all-reduce', 'all-reduce goes through NCCL, slower for small batches', ({ args }) => ({
    ...args,
    disableCustomAllReduce: true,
  })),
  multiprocessing: single('--distributed-executor-backend mp', 'the engine stays on one node', ({ args }) => ({
    ...(without(args, '--distributed-executor-backend') ?? args),
    otherFlags: [
      ...args.otherFlags.filter(({ name }) => name !== '--distributed-executor-backend'),
      { name: '--distributed-executor-backend', value: 'mp' },
    ],
  })),
  noToolParser: single('drop the tool and reasoning parsers', 'tool calls and reasoning stay inside the text of the answer', ({ args }) =>
    without(args, '--enable-auto-tool-choice', '--tool-call-parser', '--reasoning-parser'),
  ),
  nextPort: single('another --port', 'clients must use the new port', ({ args }) => {
    const before = Number(args.otherFlags.find(({ name }) => name === '--port')?.value ?? 8000);
    const others = args.otherFlags.filter(({ name }) => name !== '--port');
    return Number.isInteger(before) ? { ...args, otherFlags: [...others, { name: '--port', value: String(before + 1) }] } : null;
  }),
  knownFlagsOnly: {
    advice: ({ facts }) => `Delete ${facts.args ?? facts.flag ?? 'it'}, or run the release that has it.`,
    attempts: ({ args, request }) => {
      const fixes = request.findings.filter(({ code, fatal }) => fatal && /^(?:FLAG|ARGUMENT)/.test(code)).map(({ fix }) => fix ?? '');
      return [
        {
          change: fixes.length > 0 ? fixes.join(' ') : 'leave out what the release does not know',
          sideEffect: 'what the argument asked for does not happen',
          args,
        },
      ];
    },
  },
  formatForGpu: {
    advice: () =>
      'Serve a checkpoint of the model in a format that the GPU computes (AWQ from 7.5 on, GPTQ from 6.0, plain float16 from 7.0).',
    attempts: ({ request, args }) =>
      (request.siblings ?? []).map((sibling) => ({
        change: `serve ${sibling.id} (${sibling.quantization.label})`,
        sideEffect: 'other weights; check the quality on your own prompts',
        args: { ...args, model: sibling.id, quantization: null },
        request: { ...request, model: { ...request.model, quantization: sibling.quantization, checkpointBytes: null } },
      })),
  },
  newerRelease: {
    advice: () => `vLLM ${NEWEST_RELEASE} or the release that names the model in its notes.`,
    attempts: ({ request, args }) =>
      compareVersions(request.vllm.version, parseRelease(NEWEST_RELEASE)) >= 0
        ? []
        : [
            {
              change: `the same command on vLLM ${NEWEST_RELEASE}`,
              sideEffect: 'a newer release has other defaults and flags',
              args,
              request: { ...request, vllm: resolveVersion(NEWEST_RELEASE) },
            },
          ],
  },
} as const satisfies Record<string, Tuning>;

function rankFor(text: string | undefined): number {
  const rank = Number(text ?? 64);
  return LORA_RANKS.find((known) => known >= rank) ?? 512;
}
