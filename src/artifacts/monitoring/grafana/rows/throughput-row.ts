import { type Board, shownMetric } from '../board.ts';
import { numberText } from '../number-text.ts';
import type { LinesSpec, RowSpec } from '../panel-spec.ts';
import { mean, quantile, rate, sumRate } from '../promql.ts';

/** Tokens per second, in and out. */
export function throughputRow(board: Board): RowSpec {
  return { title: 'Throughput', panels: [output(board), prompt(board), step(), flops(), traffic()] };
}

function output({ deployment: { forecast } }: Board): LinesSpec {
  return {
    kind: 'lines',
    title: 'Output tokens, by engine',
    width: 8,
    unit: 'tokensPerS',
    stacked: true,
    queries: [{ expr: `sum by (instance, engine) (${rate('vllm:generation_tokens_total')})`, legend: '{{instance}} engine {{engine}}' }],
    means: 'Tokens generated per second; the height of the stack is the whole deployment.',
    ...(forecast && { plan: `${numberText(forecast.outputTokensPerS)} tok/s for each server under the planned load.` }),
    act: 'An engine at zero with running requests is stalled: restart it, its health check does not see that.',
  };
}

function prompt(board: Board): LinesSpec {
  const bySource = 'vllm:prompt_tokens_by_source_total';
  const named = shownMetric(board, bySource) !== null;
  return {
    kind: 'lines',
    title: 'Prompt tokens',
    width: 8,
    unit: 'tokensPerS',
    stacked: true,
    queries: [
      named
        ? { expr: `sum by (source) (${rate(bySource)})`, legend: '{{source}}' }
        : { expr: sumRate('vllm:prompt_tokens_total'), legend: 'prompt' },
    ],
    means: named
      ? 'local_compute: prefilled here. local_cache_hit: found in the prefix cache. external_kv_transfer: fetched through the KV connector.'
      : 'Tokens of prompts processed per second.',
    act: 'Much prefill slows generation down: prefix caching for shared beginnings, or separate prefill servers.',
  };
}

function step(): LinesSpec {
  const name = 'vllm:iteration_tokens_total';
  return {
    kind: 'lines',
    title: 'Tokens in one step of the engine',
    width: 8,
    unit: 'tokens',
    queries: [
      { expr: mean(name), legend: 'mean' },
      { expr: quantile(0.95, name), legend: 'p95' },
    ],
    means: 'Prompt and output tokens that one forward pass works on; max_num_batched_tokens bounds it.',
    act: 'At the bound all the time: prefill fills the steps, so gaps between tokens grow. Near the number of requests: pure generation.',
  };
}

function flops(): LinesSpec {
  return {
    kind: 'lines',
    title: 'Arithmetic per GPU, estimated',
    width: 12,
    unit: 'flopsPerS',
    queries: [{ expr: `avg(${rate('vllm:estimated_flops_per_gpu_total')})`, legend: 'FLOP/s' }],
    means: 'The engine’s own estimate (--enable-mfu-metrics), not a measurement.',
    act: 'Over the peak of the GPU’s data sheet it is the utilisation of the arithmetic units.',
  };
}

function traffic(): LinesSpec {
  return {
    kind: 'lines',
    title: 'Memory traffic per GPU, estimated',
    width: 12,
    unit: 'bytesPerS',
    queries: [
      { expr: `avg(${rate('vllm:estimated_read_bytes_per_gpu_total')})`, legend: 'read' },
      { expr: `avg(${rate('vllm:estimated_write_bytes_per_gpu_total')})`, legend: 'written' },
    ],
    means: 'The engine’s own estimate (--enable-mfu-metrics), not a measurement.',
    act: 'Near the bandwidth of the GPU: generation cannot become faster at this batch size.',
  };
}
