import type { PlanDocument } from '../../plan/plan-document.ts';
import { indent, memoryText } from './memory-section.ts';
import { counted, grouped, short } from './number-text.ts';
import { makeStyle, type Style } from './style.ts';
import { table, wrap } from './table.ts';

export interface ReportOptions {
  readonly colour: boolean;
  readonly explain: boolean;
  /** What to type next, most useful first. */
  readonly next: readonly string[];
}

const COLUMNS = 78;

/** The report for people: the answer, the memory of a GPU, the numbers behind it, speed, settings, caveats, what to run next. */
export function renderReport(document: PlanDocument, options: ReportOptions): string {
  const style = makeStyle(options.colour);
  const sections = [
    answer(document, style),
    fixes(document, style),
    document.memory.workers.length > 0 ? memoryText(document.memory, style) : '',
    cache(document, style),
    speed(document, style),
    settings(document, style, options.explain),
    remarks(document, style),
    next(options.next, style),
  ];
  return sections.filter((section) => section !== '').join('\n');
}

function answer(document: PlanDocument, style: Style): string {
  const { model, hardware, vllm_version: version, memory, feasibility, mode } = document;
  const gpu = hardware.gpus[0]?.name ?? 'GPU';
  const nodes = hardware.nodes > 1 ? ` on ${hardware.nodes} nodes` : '';
  const from = document.command_file;
  const where = from === undefined ? '' : ` (${from.kind} ${from.name}, ${from.file}:${from.line})`;
  const subject = `${model.id} on ${hardware.count} x ${gpu}${nodes}, vLLM ${version}${where}`;
  const { failure, kv_cache: kv } = memory;
  const room = kv ? `, with room for ${short(kv.max_concurrency)} requests of ${grouped(kv.max_model_len)} tokens at once` : '';
  if (memory.verdict === 'fails') {
    return headline(style.red, 'DOES NOT START', subject, placed(failure?.place, failure?.message ?? 'The engine would not start.'), style);
  }
  if (!feasibility.fits) {
    const tight = `It starts${room}, but the load that was asked for leaves ${feasibility.headroom_gb.toFixed(2)} GiB free.`;
    return headline(style.yellow, mode === 'check' ? 'STARTS, TIGHT' : 'TOO TIGHT', subject, tight, style);
  }
  const text = `It starts${room}. Risk of running out of memory: ${feasibility.oom_risk}.`;
  return headline(style.green, mode === 'check' ? 'STARTS' : 'FITS', subject, text, style);
}

function headline(paint: (text: string) => string, verdict: string, subject: string, why: string, style: Style): string {
  const line = wrap(`${verdict}: ${subject}`, COLUMNS, '  ');
  return `${style.bold(paint(verdict))}${line.slice(verdict.length)}\n${wrap(why, COLUMNS)}\n`;
}

function fixes({ memory }: PlanDocument, style: Style): string {
  const list = memory.failure?.fixes ?? [];
  if (list.length === 0) return '';
  const lines = list.map(({ change, effect }, i) => indent(wrap(`${i + 1}. ${change}${withEffect(change, effect)}`, COLUMNS - 2, '   ')));
  return `${style.bold('What would help, best first')}\n${lines.join('\n')}\n`;
}

/** Changes are flags ("--max-model-len 4096: starts …") or sentences of their own. */
function withEffect(change: string, effect: string): string {
  if (effect === '') return '';
  return /[.?]$/.test(change) ? ` (${effect})` : `: ${effect}`;
}

function cache({ memory: { kv_cache: kv, ranges }, workload }: PlanDocument, style: Style): string {
  if (!kv) return '';
  const need = `${(kv.bytes_per_request / 2 ** 30).toFixed(2)} GiB`;
  if (kv.num_blocks === 0) {
    return `${style.bold('KV cache')}\n  No room; one request of ${grouped(kv.max_model_len)} tokens needs ${need} on each GPU.\n`;
  }
  const span = ranges ? ` (${grouped(ranges.tokens[0])} to ${grouped(ranges.tokens[1])})` : '';
  const lines = [
    `${grouped(kv.tokens)} tokens${span} in ${counted(kv.num_blocks, 'block')} of ${kv.block_size}, ${kv.dtype}`,
    `${short(kv.max_concurrency)} requests of ${grouped(kv.max_model_len)} tokens at once; ${need} each`,
    `asked for: ${counted(workload.concurrency, 'request')} of ${grouped(workload.prompt_tokens)} + ${grouped(workload.gen_tokens)} tokens`,
  ];
  return `${style.bold('KV cache')}\n${indent(`${lines.join('\n')}\n`)}`;
}

function speed({ performance, workload }: PlanDocument, style: Style): string {
  if (!performance) return '';
  const { ranges } = performance;
  const span = ([low, high]: readonly [number, number]): string => `${short(low)} to ${short(high)}`;
  const load = workload.request_rate === null ? counted(workload.concurrency, 'client') : `${short(workload.request_rate)} requests/s`;
  const rows = [
    ['time to first token', `${short(performance.ttft_ms.mean)} ms`, span(ranges.ttft_ms)],
    ['time per output token', `${short(performance.tpot_ms.mean)} ms`, span(ranges.tpot_ms)],
    ['output tokens per second', short(performance.output_tokens_per_s), span(ranges.output_tokens_per_s)],
    ['requests per second', short(performance.requests_per_s), ''],
  ];
  const heading = `${style.bold('Speed')} with ${load}, basis: ${performance.basis}`;
  const assumptions = performance.assumptions.map((text) => indent(`${wrap(`- ${text}`, COLUMNS - 2, '  ')}\n`));
  return `${heading}\n${indent(table(['', 'mean', '90 % range'], rows))}${assumptions.join('')}`;
}

const HIDDEN_SETTINGS = new Set(['model', 'explanations', 'swap_space']);

/** Settings that were chosen, with reasons when asked; without, only those that have one, to stay short. */
function settings({ config, mode }: PlanDocument, style: Style, explain: boolean): string {
  const entries = Object.entries(config).filter(
    ([name, value]) => !HIDDEN_SETTINGS.has(name) && value !== null && typeof value !== 'object',
  );
  const heading = style.bold(mode === 'check' ? 'Settings in effect' : 'Settings');
  if (!explain) {
    const shown = entries.filter(([, value]) => value !== false).map(([name, value]) => [name, String(value)]);
    return `${heading} (reasons: --explain)\n${indent(table([], shown))}`;
  }
  const lines = entries.map(([name, value]) => {
    const why = config.explanations[name];
    return `  ${name} = ${String(value)}\n${why ? `${indent(indent(wrap(why, COLUMNS - 4)))}\n` : ''}`;
  });
  return `${heading}\n${lines.join('')}`;
}

/** As compilers write it, so that editors jump there. */
function placed(place: string | undefined, message: string): string {
  return place === undefined ? message : `${place}: ${message}`;
}

/** What the headline says already is not said again. */
function remarks({ warnings: all, model, memory }: PlanDocument, style: Style): string {
  const warnings = all.filter(({ message }) => message !== memory.failure?.message);
  const source = `Model facts: ${model.source.detail} (${model.source.kind}).`;
  const lines = warnings.map(({ message, fix, place }) =>
    indent(`${wrap(`- ${placed(place, message)}${fix ? ` ${fix}` : ''}`, COLUMNS - 2, '  ')}\n`),
  );
  const heading = warnings.length > 0 ? style.bold(style.yellow('Mind')) : style.bold('Mind');
  return `${heading}\n${lines.join('')}${indent(`${wrap(`- ${source}`, COLUMNS - 2, '  ')}\n`)}`;
}

/** Commands are not wrapped: they are for copying. */
function next(commands: readonly string[], style: Style): string {
  if (commands.length === 0) return '';
  return `${style.bold('Next')}\n${commands.map((command) => `${indent(command)}\n`).join('')}`;
}
