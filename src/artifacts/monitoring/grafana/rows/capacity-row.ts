import { type Board, kvUsage } from '../board.ts';
import { numberText } from '../number-text.ts';
import type { LabelTableSpec, LinesSpec, RowSpec } from '../panel-spec.ts';
import { engines, rate, SERVERS } from '../promql.ts';

/** How much more the deployment could take. */
export function capacityRow(board: Board): RowSpec {
  return { title: 'Capacity and headroom', panels: [room(board), peak(board), ...replicas(board), cacheConfig(board)] };
}

function room(board: Board): LinesSpec {
  const { capacity, load } = board.deployment;
  const perRequest = load.promptTokens + load.genTokens;
  const slots = { expr: `sum(${capacity.maxNumSeqs} - ${engines('vllm:num_requests_running')})`, legend: 'by max_num_seqs' };
  const memory = { expr: `sum(1 - ${engines(kvUsage(board))}) * ${capacity.kvTokens} / ${perRequest}`, legend: 'by the KV cache' };
  return {
    kind: 'lines',
    title: 'Room for more requests',
    width: 8,
    unit: 'count',
    queries: capacity.kvTokens === null ? [slots] : [slots, memory],
    means: 'Requests of the planned length that could still join the batch. The lower line decides.',
    plan: `${capacity.maxNumSeqs} slots on each engine; ${numberText(perRequest)} tokens for each request${
      capacity.kvTokens === null ? '' : ` of ${numberText(capacity.kvTokens)} tokens of KV cache`
    }.`,
    act: 'Slots at zero and cache free: raise max_num_seqs. Cache at zero: more replicas or a larger share of memory.',
  };
}

function peak(board: Board): LinesSpec {
  return {
    kind: 'lines',
    title: 'Fullest in the last hour',
    width: 8,
    unit: 'fraction',
    max: 1,
    queries: [
      { expr: `max(max_over_time(${engines(kvUsage(board))}[1h]))`, legend: 'KV cache' },
      {
        expr: `max(max_over_time(${engines('vllm:num_requests_running')}[1h])) / ${board.deployment.capacity.maxNumSeqs}`,
        legend: 'max_num_seqs',
      },
    ],
    means: 'The peak of each limit, on the engine where it was highest: size by this, not by the mean.',
    act: 'Both far from 100 % at the busiest hour: fewer GPUs or replicas would do.',
  };
}

function replicas({ deployment }: Board): LinesSpec[] {
  const { forecast, maxReplicas } = deployment;
  if (forecast === null || !(forecast.requestsPerS > 0)) return [];
  const each = Number(forecast.requestsPerS.toPrecision(6));
  return [
    {
      kind: 'lines',
      title: 'Replicas that the load needs',
      width: 8,
      unit: 'count',
      queries: [
        { expr: `sum(${rate('vllm:request_success_total')}) / ${each}`, legend: 'needed' },
        { expr: `vector(${deployment.replicas})`, legend: 'planned', planned: true },
        { expr: `vector(${maxReplicas.value})`, legend: 'most that the planned GPUs hold', planned: true },
      ],
      means: 'Requests finished per second, over what one replica is forecast to finish at the planned lengths.',
      plan: `${numberText(each)} requests/s for each replica; ${maxReplicas.because}.`,
      act: 'Above the planned replicas for long, with waiting requests: add replicas.',
    },
  ];
}

function cacheConfig({ deployment: { capacity } }: Board): LabelTableSpec {
  const labels = 'instance, engine, block_size, num_gpu_blocks, cache_dtype, gpu_memory_utilization, enable_prefix_caching';
  return {
    kind: 'labels',
    title: 'KV cache as the servers started with it',
    width: 24,
    unit: 'none',
    queries: [{ expr: `max by (${labels}) (vllm:cache_config_info{${SERVERS}})`, legend: '' }],
    means: 'What each engine reports of its own configuration.',
    ...(capacity.kvBlocks !== null && { plan: `num_gpu_blocks ${capacity.kvBlocks}.` }),
    act: 'Another number of blocks: another GPU, release or flag than planned, or something else took memory at the start.',
  };
}
