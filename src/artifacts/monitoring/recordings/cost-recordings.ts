import { engineSeries, growing, up } from '../input-series.ts';
import { numberText } from '../promql.ts';
import type { RecordingRule } from '../rule.ts';
import type { Watch } from '../watch.ts';

/** What tokens take of the GPUs that are there for them, busy or not; money only where the user named a price. */
export function costRecordings(watch: Watch): RecordingRule[] {
  const { gpus, gpuHourUsd, servedName } = watch.deployment;
  const output = watch.recorded('model:vllm_output_tokens:rate5m');
  const servers = `sum(${watch.server('up')})`;
  const per = (factor: number): string => `${numberText(factor)} * ${servers} / on () group_right () (${output} > 0)`;
  const proof = (value: number): RecordingRule['proof'] => ({
    // 50 tokens/s of two servers.
    input: [up(watch, 1), up(watch, 1, 2), growing(engineSeries(watch, 'vllm:generation_tokens_total'), 3000)],
    minutes: 20,
    labels: { model_name: servedName },
    value,
  });
  const time: RecordingRule = {
    record: 'model:vllm_gpu_seconds_per_1k_tokens',
    expr: per(1000 * gpus.value),
    because: `GPU seconds for 1000 output tokens: ${gpus.value} GPUs (${gpus.because}) of every server that is up.`,
    proof: proof((1000 * gpus.value * 2) / 50),
  };
  if (gpuHourUsd === null) return [time];
  const usdPerServerS = (gpuHourUsd * gpus.value) / 3600;
  const factor = Number(numberText(usdPerServerS * 1e6));
  const money: RecordingRule = {
    record: 'model:vllm_cost_per_1m_tokens',
    expr: per(factor),
    because: `US dollars for a million output tokens: ${gpus.value} x ${gpuHourUsd} USD/h, 1e6 / 3600 = ${numberText(factor)}.`,
    proof: proof((factor * 2) / 50),
  };
  return [time, money];
}
