import type { Board } from '../board.ts';
import type { LinesSpec, RowSpec } from '../panel-spec.ts';
import { engines, mean, quantile, sumRate } from '../promql.ts';

/** KV cache on its way from prefill to decode servers. */
export function transferRow(_: Board): RowSpec {
  return { title: 'KV transfer', panels: [time(), volume(), failures(), stages()] };
}

function time(): LinesSpec {
  const name = 'vllm:nixl_xfer_time_seconds';
  return {
    kind: 'lines',
    title: 'Time of a transfer',
    width: 12,
    unit: 'seconds',
    queries: [
      { expr: mean(name), legend: 'mean' },
      { expr: quantile(0.95, name), legend: 'p95' },
    ],
    means: 'From posting a NIXL transfer to its end. It is a part of the time to the first token.',
    act: 'Much slower than bytes over link speed: the transfer runs over TCP instead of RDMA, or shares the link.',
  };
}

function volume(): LinesSpec {
  return {
    kind: 'lines',
    title: 'Transferred',
    width: 12,
    unit: 'bytesPerS',
    queries: [{ expr: sumRate('vllm:nixl_bytes_transferred_sum'), legend: 'NIXL' }],
    means: 'Bytes of KV cache fetched per second.',
    act: 'Near the link’s speed: more links, or a smaller cache type (fp8).',
  };
}

function failures(): LinesSpec {
  return {
    kind: 'lines',
    title: 'Transfers that failed',
    width: 12,
    unit: 'perS',
    queries: [
      { expr: sumRate('vllm:nixl_num_failed_transfers_total'), legend: 'failed' },
      { expr: sumRate('vllm:nixl_num_failed_notifications_total'), legend: 'failed notifications' },
      { expr: sumRate('vllm:nixl_num_kv_expired_reqs_total'), legend: 'expired before they were fetched' },
    ],
    means: 'Each is a prefill that is done again, or a block that is held for nothing.',
    act: 'Expired: decode servers are too few or too slow. Failed: look at the network and at both logs.',
  };
}

function stages(): LinesSpec {
  return {
    kind: 'lines',
    title: 'Requests waiting for their KV cache',
    width: 12,
    unit: 'count',
    stacked: true,
    queries: [{ expr: `sum by (stage) (${engines('vllm:num_requests_kv_fetch_by_stage')})`, legend: '{{stage}}' }],
    means: 'waiting_to_start: not asked for yet. in_progress: on its way. completed_waiting: there, and no room in the batch.',
    act: 'completed_waiting asks for more decode servers, in_progress for a faster network.',
  };
}
