import type { Release } from './version.ts';

/** A flag that vLLM had and dropped. */
export interface RemovedFlag {
  /** A name, or a name that ends in `*` for all that begin like it. */
  readonly name: string;
  /** The last release that has it; '0.7.3' stands for "before the V1 engine". */
  readonly last: Release | '0.7.3';
  /** What to write in its place; null: delete it, nothing replaces it. */
  readonly replacement: string | null;
  /** Why it went, where that helps. */
  readonly why?: string;
}

/**
 * Flags that old commands and tutorials still carry. Used where the flag tables have no row for a version.
 *
 * @source argument parsers of the vLLM release tags 0.6.6 to 0.21.0 and upstream main of 2026-06-24 and 2026-08-07;
 *   from 0.28 on, release notes
 */
export const REMOVED_FLAGS: readonly RemovedFlag[] = [
  { name: '--swap-space', last: '0.17.1', replacement: null, why: 'the V1 engine never swaps' },
  { name: '--use-v2-block-manager', last: '0.9.2', replacement: null },
  { name: '--num-scheduler-steps', last: '0.10.0', replacement: null, why: 'the V1 engine schedules every step' },
  { name: '--multi-step-stream-outputs', last: '0.10.0', replacement: null },
  { name: '--num-lookahead-slots', last: '0.11.2', replacement: null },
  { name: '--preemption-mode', last: '0.10.2', replacement: null, why: 'the V1 engine always recomputes' },
  { name: '--scheduler-delay-factor', last: '0.10.2', replacement: null },
  { name: '--disable-async-output-proc', last: '0.10.2', replacement: null },
  { name: '--max-seq-len-to-capture', last: '0.10.2', replacement: '--max-cudagraph-capture-size' },
  { name: '--max-context-len-to-capture', last: '0.7.3', replacement: '--max-cudagraph-capture-size' },
  { name: '--cuda-graph-sizes', last: '0.12.0', replacement: '--cudagraph-capture-sizes' },
  { name: '--guided-decoding-*', last: '0.10.2', replacement: '--structured-outputs-config.backend' },
  {
    name: '--disable-log-requests',
    last: '0.16.0',
    replacement: null,
    why: 'requests are not logged unless --enable-log-requests is given',
  },
  { name: '--task', last: '0.12.0', replacement: '--runner (and --convert)' },
  { name: '--device', last: '0.9.2', replacement: null },
  { name: '--speculative-model', last: '0.8.0', replacement: '--speculative-config' },
  { name: '--num-speculative-tokens', last: '0.8.0', replacement: '--speculative-config' },
  { name: '--speculative-model-*', last: '0.8.0', replacement: '--speculative-config' },
  { name: '--speculative-draft-*', last: '0.8.0', replacement: '--speculative-config' },
  { name: '--speculative-max-model-len', last: '0.8.0', replacement: '--speculative-config' },
  { name: '--speculative-disable-*', last: '0.8.0', replacement: '--speculative-config' },
  { name: '--ngram-prompt-lookup-*', last: '0.8.0', replacement: '--speculative-config' },
  { name: '--spec-decoding-acceptance-method', last: '0.8.0', replacement: '--speculative-config' },
  { name: '--typical-acceptance-*', last: '0.8.0', replacement: '--speculative-config' },
  { name: '--enable-reasoning', last: '0.9.2', replacement: '--reasoning-parser', why: 'the parser alone switches it on' },
  { name: '--enable-prompt-adapter', last: '0.10.1', replacement: null },
  { name: '--max-prompt-adapter*', last: '0.10.1', replacement: null },
  { name: '--lora-extra-vocab-size', last: '0.11.2', replacement: null },
  { name: '--enable-lora-bias', last: '0.11.0', replacement: null },
  { name: '--long-lora-scaling-factors', last: '0.9.2', replacement: null },
  { name: '--qlora-adapter-name-or-path', last: '0.9.2', replacement: null },
  { name: '--tokenizer-pool-*', last: '0.9.2', replacement: null },
  { name: '--override-pooler-config', last: '0.11.2', replacement: '--pooler-config' },
  { name: '--override-neuron-config', last: '0.10.1', replacement: '--additional-config' },
  { name: '--disable-mm-preprocessor-cache', last: '0.12.0', replacement: '--mm-processor-cache-gb 0' },
  { name: '--enable-multimodal-encoder-data-parallel', last: '0.12.0', replacement: '--mm-encoder-tp-mode data' },
  { name: '--num-redundant-experts', last: '0.11.2', replacement: '--eplb-config' },
  { name: '--eplb-window-size', last: '0.11.2', replacement: '--eplb-config' },
  { name: '--eplb-step-interval', last: '0.11.2', replacement: '--eplb-config' },
  { name: '--eplb-log-balancedness', last: '0.11.2', replacement: '--eplb-config' },
  { name: '--logits-processor-pattern', last: '0.16.0', replacement: null },
  { name: '--max-num-partial-prefills', last: '0.26.0', replacement: null },
  { name: '--max-long-partial-prefills', last: '0.26.0', replacement: null },
  { name: '--quantization-param-path', last: '0.7.3', replacement: null },
  { name: '--worker-use-ray', last: '0.7.3', replacement: '--distributed-executor-backend ray' },
  { name: '--engine-use-ray', last: '0.7.3', replacement: null },
  { name: '--rope-scaling', last: '0.11.0', replacement: '--hf-overrides' },
  { name: '--rope-theta', last: '0.11.0', replacement: '--hf-overrides' },
  { name: '--calculate-kv-scales', last: '0.27.1', replacement: null },
  { name: '--override-attention-dtype', last: '0.27.1', replacement: null },
  { name: '--enable-bf16x3-router-gemm', last: '0.29.0', replacement: null, why: 'it is the default' },
  { name: '--enable-mamba-fine-grained-prefix-cache', last: '0.30.0', replacement: '--enable-mamba-shared-prefix-checkpoint' },
];

/** The row that speaks of this flag, if any. */
export function findRemovedFlag(name: string): RemovedFlag | null {
  const matches = (row: RemovedFlag): boolean => (row.name.endsWith('*') ? name.startsWith(row.name.slice(0, -1)) : name === row.name);
  return REMOVED_FLAGS.find(matches) ?? null;
}
