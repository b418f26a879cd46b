import type { MemorySection } from '../../plan/plan-document.ts';
import { formatGiB } from '../../units/bytes.ts';
import { type Segment, stackedBar } from './bar.ts';
import type { Style } from './style.ts';
import { table, wrap } from './table.ts';

type Worker = MemorySection['workers'][number];

interface Part extends Segment {
  readonly label: string;
}

const BAR_CELLS = 64;
/** Shorter, for the need and the total behind it. */
const OVERFULL_CELLS = 56;

/** The memory of one GPU of each kind of rank: a bar, its legend, and the numbers with their ranges. */
export function memoryText(memory: MemorySection, style: Style): string {
  return memory.workers.map((worker, index) => workerText(worker, memory, style, index)).join('\n');
}

function workerText(worker: Worker, memory: MemorySection, style: Style, index: number): string {
  const parts = partsOf(worker, style);
  const used = parts.reduce((total, part) => total + part.size, 0);
  const whole = Math.max(worker.total_bytes, used);
  const free: Part = { label: 'free', glyph: '·', size: Math.max(0, worker.total_bytes - used), paint: style.dim };
  const all = [...parts, free].filter((part) => part.size > 0);
  const labels = all.map((part) => `${part.glyph} ${part.label} ${formatGiB(part.size, 2)} `.replaceAll(' ', '\u00a0'));
  const legend = wrap(labels.join(' '), 76, '  ').replace(/\u00a0$/gm, '');
  const overfull = used > worker.total_bytes;
  const bar = overfull
    ? `${stackedBar(all, whole, OVERFULL_CELLS)} ${(used / 2 ** 30).toFixed(1)} of ${formatGiB(worker.total_bytes)}`
    : `${stackedBar(all, whole, BAR_CELLS)} ${formatGiB(worker.total_bytes)}`;
  return [
    `${style.bold(title(worker, memory))}\n`,
    `  ${bar}\n`,
    `  ${legend.replaceAll('\u00a0', ' ')}\n`,
    ...(index === 0 ? ['\n', numbers(worker, memory)] : []),
  ].join('');
}

function title(worker: Worker, memory: MemorySection): string {
  const who = worker.count === 1 ? 'one GPU' : `each of ${worker.count} GPUs`;
  return `Memory of ${who}${memory.workers.length > 1 ? `, pipeline stage ${worker.pp_rank}` : ''}`;
}

/** Graph memory that the budget does not count is part of what lies outside it; then it is not shown twice. */
function partsOf(worker: Worker, style: Style): Part[] {
  const graphs = worker.cuda_graph_bytes;
  const outside = Math.max(0, worker.outside_budget_bytes - (worker.cuda_graph_in_budget ? 0 : graphs));
  return [
    { label: 'weights', glyph: '█', size: worker.weights_bytes, paint: style.blue },
    { label: 'activation', glyph: '▓', size: worker.peak_activation_bytes, paint: style.magenta },
    { label: 'graphs', glyph: '▒', size: graphs, paint: style.yellow },
    { label: 'other', glyph: '░', size: worker.non_torch_bytes + outside, paint: style.red },
    { label: 'KV cache', glyph: '▞', size: Math.max(0, worker.available_kv_cache_bytes), paint: style.green },
  ];
}

function numbers(worker: Worker, { ranges }: MemorySection): string {
  const range = (pair: readonly [number, number] | undefined): string => (pair ? `${gib(pair[0])} to ${gib(pair[1])}` : '');
  const rows = [
    ['GPU total', gib(worker.total_bytes), ''],
    ['budget of the engine', gib(worker.requested_bytes), ''],
    ['weights', gib(worker.weights_bytes), ''],
    ['peak activation', gib(worker.peak_activation_bytes), range(ranges?.peak_activation_bytes)],
    ['outside torch', gib(worker.non_torch_bytes), range(ranges?.non_torch_bytes)],
    [
      `CUDA graphs${worker.cuda_graph_in_budget ? '' : ' (not in the budget)'}`,
      gib(worker.cuda_graph_bytes),
      range(ranges?.cuda_graph_bytes),
    ],
    ['left for the KV cache', gib(worker.available_kv_cache_bytes), range(ranges?.available_kv_cache_bytes)],
  ];
  return indent(table(['', 'GiB', '90 % range'], rows));
}

function gib(n: number): string {
  return (n / 2 ** 30).toFixed(2);
}

/** Two spaces in front of every line. */
export function indent(text: string): string {
  return text.replace(/^(?=.)/gm, '  ');
}
