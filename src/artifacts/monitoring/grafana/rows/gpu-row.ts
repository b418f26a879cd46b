import type { Board } from '../board.ts';
import type { LinesSpec, RowSpec, Unit } from '../panel-spec.ts';
import { sumRate } from '../promql.ts';

/** Variable of the hosts whose GPUs are shown; the exporter knows no model. */
const HOSTS = 'Hostname=~"$gpu_host"';
const WHICH = '{{Hostname}} GPU {{gpu}}';

/** What NVIDIA's DCGM exporter measures. */
export function gpuRow({ nvidia }: Board): RowSpec {
  return { title: 'GPU', panels: nvidia ? [busy(), memory(), power(), heat(), faults(), energy()] : [] };
}

function gauge(title: string, field: string, unit: Unit, scale = ''): Pick<LinesSpec, 'kind' | 'title' | 'width' | 'unit' | 'queries'> {
  return { kind: 'lines', title, width: 8, unit, queries: [{ expr: `${field}{${HOSTS}}${scale}`, legend: WHICH }] };
}

function busy(): LinesSpec {
  return {
    ...gauge('GPU busy', 'DCGM_FI_DEV_GPU_UTIL', 'fraction', ' / 100'),
    max: 1,
    means: 'Share of the time in which any kernel ran. 100 % does not mean that the GPU could not do more.',
    act: 'Low while requests wait: the host is too slow (CPU limit, tokenizer), or a neighbour of a tensor-parallel group lags.',
  };
}

function memory(): LinesSpec {
  return {
    ...gauge('GPU memory in use', 'DCGM_FI_DEV_FB_USED', 'mebibytes'),
    means: 'Reserved at the start and flat ever after: vLLM takes its share (gpu_memory_utilization) at once.',
    act: 'It says nothing about load; see "KV cache in use". A rise after the start is another process.',
  };
}

function power(): LinesSpec {
  return {
    ...gauge('Power', 'DCGM_FI_DEV_POWER_USAGE', 'watts'),
    means: 'Electric power that each GPU draws.',
    act: 'At its limit with falling clocks: the GPU throttles, forecasts made for full clocks do not hold.',
  };
}

function heat(): LinesSpec {
  return {
    ...gauge('Temperature', 'DCGM_FI_DEV_GPU_TEMP', 'celsius'),
    means: 'Temperature of the core of each GPU.',
    act: '`nvidia-smi -q -d TEMPERATURE` shows where this GPU slows down: near it, look at cooling before looking at vLLM.',
  };
}

function faults(): LinesSpec {
  return {
    ...gauge('Last XID', 'DCGM_FI_DEV_XID_ERRORS', 'none'),
    means: 'Number of the last error that the driver reported; 0 means none. The number stays after the error is over.',
    act: '48, 63, 64, 74, 79, 94, 95: drain the node and reset the GPU. 13, 31, 43, 45: mostly the program.',
  };
}

function energy(): LinesSpec {
  const watts = `sum(rate(DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION{${HOSTS}}[$__rate_interval])) / 1000`;
  return {
    kind: 'lines',
    title: 'Energy for 1000 output tokens',
    width: 8,
    unit: 'joules',
    queries: [{ expr: `1000 * ${watts} / (${sumRate('vllm:generation_tokens_total')} > 0)`, legend: 'J / 1000 tokens' }],
    means: 'Energy of all GPUs of the chosen hosts, over the output of the chosen servers. Choose the hosts that run this model.',
    act: 'Falls as batches grow: a half-empty server costs most.',
  };
}
