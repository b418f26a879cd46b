import type { Board } from '../board.ts';
import type { LinesSpec, RowSpec } from '../panel-spec.ts';
import { mean, rate, sumRate } from '../promql.ts';

/** Requests thrown out of the batch because the KV cache was full; their work is done again. */
export function preemptionRow(_: Board): RowSpec {
  return { title: 'Preemption', panels: [preemptions(), perRequest(), recomputed()] };
}

const ACT = 'Steady: lower max_num_seqs, shorten max_model_len or answers, or give the cache more memory (another GPU, an fp8 cache).';

function preemptions(): LinesSpec {
  return {
    kind: 'lines',
    title: 'Preemptions',
    width: 12,
    unit: 'perS',
    queries: [{ expr: `sum by (instance, engine) (${rate('vllm:num_preemptions_total')})`, legend: '{{instance}} engine {{engine}}' }],
    means: 'Requests put out of the batch per second because the KV cache had no free block. They start again from the prompt.',
    plan: 'None: the plan fits the load into the cache.',
    act: ACT,
  };
}

function perRequest(): LinesSpec {
  const byRequest = 'vllm:request_num_preemptions';
  return {
    kind: 'lines',
    title: 'Preemptions of a finished request',
    width: 12,
    unit: 'count',
    queries: [
      {
        expr: `${sumRate('vllm:num_preemptions_total')} / ${sumRate('vllm:request_success_total')}`,
        legend: 'rate of preemptions / rate of requests',
      },
      { expr: mean(byRequest), legend: 'mean of finished requests' },
    ],
    means: 'How often a request is interrupted; above 1 the server does most of its work twice.',
    act: ACT,
  };
}

function recomputed(): LinesSpec {
  return {
    kind: 'lines',
    title: 'Prompt tokens computed again',
    width: 12,
    unit: 'tokensPerS',
    queries: [{ expr: sumRate('vllm:prompt_tokens_recomputed_total'), legend: 'recomputed' }],
    means: 'Prefill of requests that were preempted or whose cached blocks were gone.',
    act: ACT,
  };
}
