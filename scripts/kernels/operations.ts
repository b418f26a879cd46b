import type { Columns } from './read-columns.ts';

/** One measurement: which table, which series, which cell. */
export interface Measurement {
  readonly variant: string;
  readonly keys: readonly number[];
  readonly at: readonly number[];
  /** Kernels of one cell that run one after the other; their times are added. Absent: rival kernels, of which one runs. */
  readonly part?: string;
}

/** How one Parquet table becomes tables of ours. */
export interface Operation {
  readonly name: string;
  readonly folder: string;
  readonly file: string;
  readonly keys: readonly string[];
  readonly axes: readonly string[];
  /** The columns that `read` looks at. */
  readonly columns: readonly string[];
  /** The same kernels were measured by several versions with different care: the newest is not always the one to take (`pickVersions`). */
  readonly compareVersions?: true;
  /** A finer table of the same system that makes this one needless. */
  readonly unless?: string;
  /** Null: a row that we do not take. */
  readonly read: (columns: Columns, row: number) => Measurement | null;
}

const DTYPES: Readonly<Record<string, string>> = {
  bfloat16: 'bf16',
  half: 'bf16',
  float16: 'bf16',
  int4_wo: 'int4',
  int8_wo: 'int8-weights',
  sq: 'int8',
};

/** The project's word for a dtype: bfloat16 and half cost the same on every part measured. */
function dtype(name: string): string {
  return DTYPES[name] ?? name;
}

const ATTENTION_COLUMNS = ['batch_size', 'isl', 'step', 'num_heads', 'num_key_value_heads', 'head_dim', 'window_size', 'kv_cache_dtype'];
const ATTENTION_KEYS = ['headDim', 'window', 'heads', 'kvHeads'];

function attentionKeys(c: Columns, i: number): readonly number[] {
  return [c.number('head_dim', i), c.number('window_size', i), c.number('num_heads', i), c.number('num_key_value_heads', i)];
}

const MODULE_COLUMNS = [
  'architecture',
  'mla_dtype',
  'gemm_type',
  'kv_cache_dtype',
  'num_heads',
  'batch_size',
  'isl',
  'step',
  'tp_size',
  'model',
];

/** MLA and its sparse kinds: whole modules with their projections, prompts without cached tokens. */
function attentionModule(name: string, folder: string, stem: string, variant: (c: Columns, i: number) => string): readonly Operation[] {
  const base = { folder, keys: [], columns: MODULE_COLUMNS, ...(stem === 'mla' ? { unless: 'mla_context_module_perf' } : {}) };
  const [context, generation] = stem.includes('_module')
    ? [stem.replace('_module', '_context_module'), stem.replace('_module', '_generation_module')]
    : [`context_${stem}`, `generation_${stem}`];
  return [
    {
      ...base,
      name: `${name}-prefill`,
      file: `${context}_perf`,
      axes: ['heads', 'batch', 'tokens'],
      read: (c, i) =>
        c.number('step', i) === 0
          ? { variant: variant(c, i), keys: [], at: [c.number('num_heads', i), c.number('batch_size', i), c.number('isl', i)] }
          : null,
    },
    {
      ...base,
      name: `${name}-decode`,
      file: `${generation}_perf`,
      axes: ['heads', 'batch', 'contextTokens'],
      read: (c, i) => ({
        variant: variant(c, i),
        keys: [],
        at: [c.number('num_heads', i), c.number('batch_size', i), c.number('step', i) + c.number('isl', i)],
      }),
    },
  ];
}

const moduleDtypes = (c: Columns, i: number): string => `${dtype(c.text('gemm_type', i))}-${dtype(c.text('kv_cache_dtype', i))}-kv`;
const withPrefillDtype = (c: Columns, i: number): string =>
  c.text('mla_dtype', i) === 'fp8' ? `${moduleDtypes(c, i)}-fp8-prefill` : moduleDtypes(c, i);
const withModel = (c: Columns, i: number): string => `${shortModel(c.text('model', i))}-${moduleDtypes(c, i)}`;

function shortModel(model: string): string {
  return (model.split('/').at(-1) ?? model).toLowerCase().replace('deepseek-', '').replace('-fp8', '');
}

function quantize(file: string, variant: string): Operation {
  return {
    name: 'quantize',
    folder: 'quantize',
    file,
    keys: [],
    axes: ['k', 'm'],
    columns: ['m', 'k', 'quant_dtype'],
    read: (c, i) => ({ variant: `${c.text('quant_dtype', i)}-${variant}`, keys: [], at: [c.number('k', i), c.number('m', i)] }),
  };
}

const PHASES: Readonly<Record<string, string>> = { context: 'prefill', generation: 'decode', verify: 'verify' };

/** Every operation that we take, in the order of the tables. */
export const OPERATIONS: readonly Operation[] = [
  {
    name: 'gemm',
    folder: 'gemm',
    file: 'gemm_perf',
    keys: [],
    axes: ['n', 'k', 'm'],
    columns: ['gemm_dtype', 'm', 'n', 'k'],
    compareVersions: true,
    read: (c, i) => ({ variant: dtype(c.text('gemm_dtype', i)), keys: [], at: [c.number('n', i), c.number('k', i), c.number('m', i)] }),
  },
  {
    name: 'prefill-attention',
    folder: 'attention',
    file: 'context_attention_perf',
    keys: ATTENTION_KEYS,
    axes: ['batch', 'tokens'],
    columns: ATTENTION_COLUMNS,
    read: (c, i) => ({
      variant: `${dtype(c.text('kv_cache_dtype', i))}-kv`,
      keys: attentionKeys(c, i),
      at: [c.number('batch_size', i), c.number('isl', i)],
    }),
  },
  {
    name: 'decode-attention',
    folder: 'attention',
    file: 'generation_attention_perf',
    keys: ATTENTION_KEYS,
    axes: ['batch', 'contextTokens'],
    columns: ATTENTION_COLUMNS,
    read: (c, i) => ({
      variant: `${dtype(c.text('kv_cache_dtype', i))}-kv`,
      keys: attentionKeys(c, i),
      at: [c.number('batch_size', i), c.number('step', i) + c.number('isl', i)],
    }),
  },
  {
    name: 'encoder-attention',
    folder: 'encoder_attention',
    file: 'encoder_attention_perf',
    keys: ['headDim', 'heads'],
    axes: ['batch', 'tokens'],
    columns: ['batch_size', 'isl', 'num_heads', 'head_dim', 'attn_dtype'],
    read: (c, i) => ({
      variant: dtype(c.text('attn_dtype', i)),
      keys: [c.number('head_dim', i), c.number('num_heads', i)],
      at: [c.number('batch_size', i), c.number('isl', i)],
    }),
  },
  ...attentionModule('mla', 'mla', 'mla_module', withPrefillDtype),
  ...attentionModule('mla-kernel', 'mla', 'mla', (c, i) => `${dtype(c.text('kv_cache_dtype', i))}-kv`),
  ...attentionModule('dsa', 'sparse_attention', 'dsa_module', withModel),
  ...attentionModule('dsv4-csa', 'sparse_attention', 'dsv4_csa_module', withModel),
  ...attentionModule('dsv4-hca', 'sparse_attention', 'dsv4_hca_module', withModel),
  ...attentionModule('msa', 'msa', 'msa_module', withModel),
  {
    name: 'moe',
    compareVersions: true,
    folder: 'moe',
    file: 'moe_perf',
    keys: ['hidden', 'inter', 'experts', 'topk', 'tp', 'ep', 'skewPercent'],
    axes: ['tokens'],
    columns: ['moe_dtype', 'num_tokens', 'hidden_size', 'inter_size', 'topk', 'num_experts', 'moe_tp_size', 'moe_ep_size', 'distribution'],
    read: (c, i) => ({
      variant: dtype(c.text('moe_dtype', i)),
      keys: [
        ...['hidden_size', 'inter_size', 'num_experts', 'topk', 'moe_tp_size', 'moe_ep_size'].map((name) => c.number(name, i)),
        Math.round(100 * Number(/power_law_([\d.]+)/.exec(c.text('distribution', i))?.[1] ?? 0)),
      ],
      at: [c.number('num_tokens', i)],
    }),
  },
  {
    name: 'gdn',
    folder: 'linear_attention',
    file: 'gdn_perf',
    keys: ['keyHeads', 'valueHeads'],
    axes: ['batch', 'tokens'],
    columns: ['phase', 'kernel_source', 'batch_size', 'seq_len', 'num_k_heads', 'num_v_heads'],
    read: (c, i) => ({
      variant: PHASES[c.text('phase', i)] ?? c.text('phase', i),
      keys: [c.number('num_k_heads', i), c.number('num_v_heads', i)],
      at: [c.number('batch_size', i), c.number('seq_len', i)],
      part: c.text('kernel_source', i).includes('conv1d') ? 'convolution' : 'recurrence',
    }),
  },
  {
    name: 'kda',
    folder: 'kda',
    file: 'kda_perf',
    keys: ['keyHeads', 'valueHeads'],
    axes: ['batch', 'tokens'],
    columns: ['phase', 'kernel_source', 'batch_size', 'seq_len', 'num_k_heads', 'num_v_heads'],
    read: (c, i) =>
      // The fully fused decode does the convolution too and has no second part to be added to; the two-kernel path is on every part.
      c.text('kernel_source', i) === 'fused_kda_decode'
        ? null
        : {
            variant: PHASES[c.text('phase', i)] ?? c.text('phase', i),
            keys: [c.number('num_k_heads', i), c.number('num_v_heads', i)],
            at: [c.number('batch_size', i), c.number('seq_len', i)],
            part: c.text('kernel_source', i).includes('conv1d') ? 'convolution' : 'recurrence',
          },
  },
  {
    name: 'collective',
    folder: 'comm',
    file: 'custom_allreduce_perf',
    keys: [],
    axes: ['gpus', 'bytes'],
    columns: ['allreduce_dtype', 'num_gpus', 'message_size', 'backend'],
    read: (c, i) => ({
      variant: `custom-${c.text('backend', i).replace('vllm_', '')}`,
      keys: [],
      at: [c.number('num_gpus', i), 2 * c.number('message_size', i)],
    }),
  },
  {
    name: 'collective',
    folder: 'comm',
    file: 'nccl_perf',
    keys: [],
    axes: ['gpus', 'bytes'],
    columns: ['op_name', 'nccl_dtype', 'num_gpus', 'message_size'],
    read: (c, i) =>
      c.text('nccl_dtype', i) === 'half'
        ? {
            variant: `nccl-${c.text('op_name', i).replace('_', '-')}`,
            keys: [],
            at: [c.number('num_gpus', i), 2 * c.number('message_size', i)],
          }
        : null,
  },
  quantize('scale_matrix_perf', 'static'),
  quantize('computescale_perf', 'dynamic-extra'),
  {
    name: 'mla-bmm',
    folder: 'mla_bmm',
    file: 'mla_bmm_perf',
    keys: [],
    axes: ['heads', 'tokens'],
    columns: ['op_name', 'bmm_dtype', 'num_tokens', 'num_heads'],
    read: (c, i) =>
      c.text('bmm_dtype', i) === 'bfloat16'
        ? { variant: c.text('op_name', i).replace('mla_gen_', ''), keys: [], at: [c.number('num_heads', i), c.number('num_tokens', i)] }
        : null,
  },
];
