import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseServeCommand } from '../../src/engine/parse-serve-command.ts';
import { resolveVersion } from '../../src/engine/version.ts';
import { evaluate } from '../../src/plan/evaluate.ts';
import type { PlanRequest } from '../../src/plan/plan-request.ts';
import { requestOf } from '../support/judge.ts';

/** What vLLM itself answered on a CPU for a model, a card and arguments (scripts/oracle/README.md). */
interface Case {
  readonly model: string;
  readonly args: readonly string[];
  readonly config: {
    readonly max_model_len: number;
    readonly dtype: string;
    readonly max_num_batched_tokens: number;
    readonly max_num_seqs: number;
    readonly enable_prefix_caching: boolean;
    readonly disable_hybrid_kv_cache_manager: boolean | null;
    readonly model_runner?: number;
    readonly capture_sizes?: number;
  };
  readonly kv?: {
    readonly groups?: unknown;
    readonly block_bytes?: number;
    readonly budgets?: readonly { available: number; num_blocks: number; tokens: number; concurrency: string }[];
    readonly too_small?: { readonly available: number; readonly error: string };
  };
}

/** Cases that differ, each with its reason; everything else must be equal to the byte. */
const KNOWN: readonly { readonly model: string; readonly args?: string; readonly version?: string; readonly why: string }[] = [
  { model: 'google--gemma-4-E4B-it', why: 'the copy of the config names no architecture, so vLLM takes it for a model that pools' },
  { model: 'mistralai--Ministral-8B-Instruct-2410', version: '0.24.0', why: 'the copy names no architecture, so runner V2 does not list it' },
  { model: 'XiaomiMiMo--MiMo-V2-Flash', args: 'fp8', version: '0.24.0', why: 'vLLM 0.24 keeps the cache of attention with sinks and unequal heads wide' },
  { model: 'deepseek-ai--DeepSeek-V4-Flash', args: 'fp8', version: '0.24.0', why: 'DeepSeek V4 was laid out in padded tuples before 0.27' },
];

const root = new URL('./oracle/', import.meta.url);
const GPU_OF_CARD: Readonly<Record<string, string>> = { h100: 'H100', a100: 'A100 80GB', b200: 'B200', l4: 'L4', rtxpro6000: 'RTX PRO 6000' };

const files = readdirSync(root)
  .sort()
  .flatMap((version) => readdirSync(new URL(`${version}/`, root)).map((file) => ({ version, file })));

describe.each(files)('vLLM $version, $file', ({ version, file }) => {
  const { cases, card }: { cases: readonly Case[]; card: string } = JSON.parse(readFileSync(new URL(`${version}/${file}`, root), 'utf8'));
  const gpu = GPU_OF_CARD[card] ?? card;
  const held = cases.filter((one) => !KNOWN.some((known) => differs(known, one, version)));

  test('has cases to hold against', () => {
    expect(held.length).toBeGreaterThan(cases.length * 0.9);
  });

  test.each(held.map((one) => [`${one.model} ${one.args.join(' ')}`, one] as const))('%s', (_, { model, args: words, config, kv }) => {
    const id = model.replace('--', '/');
    const vllm = resolveVersion(version);
    const { args } = parseServeCommand(['vllm', 'serve', id, ...words], vllm.version);
    const request: PlanRequest = { ...requestOf({ model: id, gpu, gpus: 16, version }), args };
    const { settings, answer } = evaluate(request, args);
    expect({
      max_model_len: settings.maxModelLen,
      dtype: settings.dtype,
      max_num_batched_tokens: settings.maxNumBatchedTokens,
      max_num_seqs: settings.maxNumSeqs,
      enable_prefix_caching: settings.enablePrefixCaching,
      model_runner: config.model_runner === undefined ? undefined : Number(settings.modelRunner.slice(1)),
      capture_sizes: config.capture_sizes === undefined ? undefined : settings.cudagraphCaptureSizes.length,
    }).toEqual({
      max_model_len: config.max_model_len,
      dtype: config.dtype,
      max_num_batched_tokens: config.max_num_batched_tokens,
      max_num_seqs: config.max_num_seqs,
      enable_prefix_caching: config.enable_prefix_caching,
      model_runner: config.model_runner,
      capture_sizes: config.capture_sizes,
    });
    if (kv?.groups === undefined) return;
    expect(answer?.memory.kvCache?.blockBytes).toBe(kv.block_bytes);
    for (const budget of kv.budgets ?? []) holdBudget(request, budget);
    if (kv.too_small !== undefined) holdError(request, kv.too_small);
  });
});

function differs(known: (typeof KNOWN)[number], { model, args }: Case, version: string): boolean {
  return known.model === model && (known.version ?? version) === version && args.join(' ').includes(known.args ?? '');
}

function holdBudget(request: PlanRequest, budget: { available: number; num_blocks: number; tokens: number; concurrency: string }): void {
  const cache = evaluate({ ...request, assumeKvCacheBytes: budget.available }, request.args).answer?.memory.kvCache;
  expect([cache?.numBlocks, cache?.tokens]).toEqual([budget.num_blocks, budget.tokens]);
  // Printed with two decimals; Python rounds ties to the even digit.
  expect(Math.abs((cache?.maxConcurrency ?? Number.NaN) - Number(budget.concurrency))).toBeLessThan(0.005_01);
}

/** The error names what is needed, what is there and the longest length; our words differ, the numbers must not. */
function holdError(request: PlanRequest, { available, error }: { readonly available: number; readonly error: string }): void {
  const message = evaluate({ ...request, assumeKvCacheBytes: available }, request.args).answer?.memory.failure?.message ?? '';
  expect(numbersOf(message)).toEqual(numbersOf(error));
}

/** 0.13 and older print two decimals always. */
function numbersOf(message: string): readonly number[] {
  return [/\(([\d.]+) GiB KV/, /memory \((-?[\d.]+) GiB\)/, /length is (\d+)/].map((pattern) => Number(pattern.exec(message)?.[1]));
}
