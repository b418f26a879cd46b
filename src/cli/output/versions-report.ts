import type { VersionComparison, VersionRow, VersionStep } from '../../plan/compare-versions.ts';
import type { AttributedChange } from '../../plan/versions/attribute-changes.ts';
import type { Effects, FigureName } from '../../plan/versions/version-figures.ts';
import { formatGiB, GIB } from '../../units/bytes.ts';
import { indent } from './memory-section.ts';
import { counted, grouped, short } from './number-text.ts';
import { makeStyle, type Style } from './style.ts';
import { table, wrap } from './table.ts';

export interface VersionsReportOptions {
  readonly colour: boolean;
  /** Also rules that differ without effect on this request. */
  readonly explain: boolean;
}

const COLUMNS = 78;

/** A row a release, then why neighbours differ: the rule, what it moves, and where vLLM says so. */
export function renderVersions(comparison: VersionComparison, options: VersionsReportOptions): string {
  const style = makeStyle(options.colour);
  const steps = comparison.changes.map((step) => stepText(step, options.explain, style)).filter((text) => text !== '');
  const sections = [heading(comparison, style), rowsText(comparison, style), failures(comparison, style), meanings(comparison, style)];
  const unchanged = comparison.rows.length > 1 ? `${style.bold('What changed')}\n  Nothing that this request would notice.\n` : '';
  return [...sections, ...(steps.length > 0 ? steps : [unchanged])].filter((section) => section !== '').join('\n');
}

function heading({ model, gpu, gpu_count: count, rows, mode }: VersionComparison, style: Style): string {
  const subject = `${model} on ${count} x ${gpu}, ${counted(rows.length, 'release')} of vLLM`;
  const total = rows[0]?.total_bytes ?? 0;
  const chosen = mode === 'plan' ? ' Settings are chosen anew for each release.' : '';
  const note = `GiB on the first GPU, whose driver reports ${formatGiB(total, 2)} in all.${chosen}`;
  return `${style.bold(wrap(subject, COLUMNS, '  '))}\n${wrap(note, COLUMNS)}\n`;
}

const HEADER = ['vLLM', 'verdict', 'budget', 'weights', 'peak', 'graphs', 'other', 'KV', 'tokens', 'fit'];

function rowsText({ rows, mode }: VersionComparison, style: Style): string {
  const gib = (bytes: number | null): string => (bytes === null ? '' : (bytes / GIB).toFixed(2));
  const lines = rows.map((row) => [
    row.vllm_version,
    verdictOf(row, mode),
    gib(row.requested_bytes),
    gib(row.weights_bytes),
    gib(row.peak_activation_bytes),
    `${gib(row.cuda_graph_bytes)}${row.cuda_graph_in_budget === false && row.cuda_graph_bytes !== 0 ? '*' : ' '}`,
    gib(row.non_torch_bytes),
    gib(row.available_kv_cache_bytes),
    row.tokens === null ? '' : grouped(row.tokens),
    row.max_concurrency === null ? '' : short(row.max_concurrency),
  ]);
  const outside = rows.some((row) => row.cuda_graph_in_budget === false && row.cuda_graph_bytes !== 0);
  const legend = [
    'fit: requests of max_model_len tokens that the KV cache holds at once.',
    ...(outside ? ['*: on top of the budget, not part of it.'] : []),
  ].join(' ');
  return `${table(HEADER, lines)}${style.dim(wrap(legend, COLUMNS))}\n`;
}

function verdictOf({ verdict, fits }: VersionRow, mode: VersionComparison['mode']): string {
  return verdict === 'starts' && mode === 'plan' && !fits ? 'tight' : verdict;
}

function failures({ rows }: VersionComparison, style: Style): string {
  const failed = groupedRows(rows, (row) => row.failure?.message ?? null);
  if (failed.length === 0) return '';
  const lines = failed.map(({ releases, text }) => indent(`${wrap(`- ${releases}: ${text}`, COLUMNS - 2, '  ')}\n`));
  return `${style.bold(style.red('Does not start'))}\n${lines.join('')}`;
}

function meanings({ rows }: VersionComparison, style: Style): string {
  const found = groupedRows(rows, (row) => (row.tokens === null ? null : row.tokens_meaning));
  if (found.length === 0) return '';
  const lines = found.map(({ releases, text }) => indent(`${wrap(`- ${releases}: ${text}`, COLUMNS - 2, '  ')}\n`));
  return `${style.bold('What the token figure counts')}\n${lines.join('')}`;
}

interface Run {
  readonly releases: string;
  readonly text: string;
}

/** Neighbouring releases of which the same is said, as "0.19.1 to 0.20.0". */
function groupedRows(rows: readonly VersionRow[], textOf: (row: VersionRow) => string | null): readonly Run[] {
  const runs: { first: string; last: string; text: string | null }[] = [];
  for (const row of rows) {
    const text = textOf(row);
    const open = runs.at(-1);
    if (open !== undefined && open.text === text) open.last = row.vllm_version;
    else runs.push({ first: row.vllm_version, last: row.vllm_version, text });
  }
  return runs.flatMap(({ first, last, text }) =>
    text === null ? [] : [{ releases: first === last ? first : `${first} to ${last}`, text }],
  );
}

function stepText(step: VersionStep, explain: boolean, style: Style): string {
  const moving = step.rules.filter((change) => effectText(change.effects) !== '');
  const silent = explain ? step.rules.filter((change) => effectText(change.effects) === '' && isRule(change)) : [];
  const flags = [
    ...step.new_findings.filter(({ fatal }) => fatal).map(({ message }) => `- ${message}`),
    ...step.gone_findings.filter(({ fatal }) => fatal).map(({ message }) => `- Gone: ${message}`),
  ];
  const total = effectText(step.effects);
  if (moving.length + silent.length + flags.length === 0 && total === '') return '';
  const alone = moving.length === 1 ? total : '';
  const lines = [
    ...flags.map((flag) => indent(`${wrap(flag, COLUMNS - 2, '  ')}\n`)),
    ...moving.map((change) => changeText(change, effectText(change.effects) === alone ? '' : effectText(change.effects), style)),
    ...silent.map((change) => changeText(change, 'no effect here', style)),
  ];
  const title = wrap(`${step.from} to ${step.to}${total === '' ? '' : `: ${total}`}`, COLUMNS, '  ');
  return `${style.bold(title)}\n${lines.join('')}`;
}

/** The sentence, then what it moves, then where vLLM says so. */
function changeText(change: AttributedChange, effect: string, style: Style): string {
  const source = change.source === null ? '' : `since ${change.since}: ${change.source}`;
  const why = indent(`${wrap(`- ${change.why}`, COLUMNS - 2, '  ')}\n`);
  const below = (text: string): string => indent(indent(`${wrap(text, COLUMNS - 4)}\n`));
  return `${why}${[effect, style.dim(source)].map((text) => (text === '' ? '' : below(text))).join('')}`;
}

/** Kernels and arguments stand for what differs beside the rules; without effect there is nothing to say of them. */
function isRule({ rule }: AttributedChange): boolean {
  return rule !== 'kernels' && rule !== 'arguments';
}

const SHOWN: readonly (readonly [FigureName, string])[] = [
  ['requested_bytes', 'budget'],
  ['weights_bytes', 'weights'],
  ['peak_activation_bytes', 'peak'],
  ['cuda_graph_bytes', 'graphs'],
  ['non_torch_bytes', 'other'],
  ['available_kv_cache_bytes', 'KV'],
  ['bytes_per_request', 'need of one request'],
  ['tokens', 'tokens'],
  ['max_model_len', 'max_model_len'],
  ['max_concurrency', 'fit'],
];

/** "KV +1.58 GiB, tokens +12,941" with what is too small to show left out. */
function effectText({ verdict, differences }: Effects): string {
  const parts = SHOWN.flatMap(([name, label]) => {
    const text = differenceText(name, differences[name] ?? 0);
    return text === null ? [] : [`${label} ${text}`];
  });
  const all = verdict === null ? parts : [`${verdict.from} became ${verdict.to}`, ...parts];
  return all.join(', ').replaceAll(' GiB', '\u00a0GiB');
}

function differenceText(name: FigureName, difference: number): string | null {
  const sign = difference < 0 ? '-' : '+';
  const size = Math.abs(difference);
  if (name.endsWith('_bytes') || name === 'bytes_per_request') {
    const gib = (size / GIB).toFixed(2);
    return gib === '0.00' ? null : `${sign}${gib} GiB`;
  }
  if (name === 'max_concurrency') return size < 0.005 ? null : `${sign}${short(size)}`;
  return size === 0 ? null : `${sign}${grouped(size)}`;
}
