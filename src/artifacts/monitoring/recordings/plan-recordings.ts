import { up } from '../input-series.ts';
import { numberText } from '../promql.ts';
import type { RecordingRule } from '../rule.ts';
import type { Watch } from '../watch.ts';

/** What the plan expects, as series of the same name everywhere, so that a panel can lay it over what happens. */
export function planRecordings(watch: Watch): RecordingRule[] {
  const { forecast, capacity, limits } = watch.deployment;
  const numbers = [
    { name: 'output_tokens_per_server', value: forecast?.outputTokensPerS, because: 'Forecast output of one server, tokens per second.' },
    { name: 'ttft_seconds', value: seconds(forecast?.ttftMs.mean), because: 'Forecast mean of the time to the first token.' },
    { name: 'itl_seconds', value: seconds(forecast?.itlMs.mean), because: 'Forecast mean of the time between two tokens.' },
    { name: 'ttft_limit_seconds', value: seconds(limits.ttftMs?.value), because: `Limit of the first token: ${limits.ttftMs?.because}.` },
    { name: 'itl_limit_seconds', value: seconds(limits.itlMs?.value), because: `Limit between two tokens: ${limits.itlMs?.because}.` },
    { name: 'kv_tokens', value: capacity.kvTokens, because: 'Tokens that the KV cache of one engine holds.' },
    { name: 'max_num_seqs', value: capacity.maxNumSeqs, because: 'Requests that one engine batches at most.' },
  ];
  return numbers.flatMap(({ name, value, because }) =>
    typeof value === 'number' && value > 0 ? [constant(watch, name, value, because)] : [],
  );
}

function constant(watch: Watch, name: string, value: number, because: string): RecordingRule {
  const labels = { model_name: watch.deployment.servedName };
  const text = numberText(value);
  return {
    record: `model:vllm_plan_${name}`,
    expr: `vector(${text})`,
    labels,
    because,
    proof: { input: [up(watch, 1)], minutes: 5, labels, value: Number(text) },
  };
}

function seconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms / 1000;
}
