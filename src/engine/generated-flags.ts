import table from './data/flags.json' with { type: 'json' };
import type { FlagKind, FlagSpec } from './flag-spec.ts';
import { compareVersions, parseRelease, type Version } from './version.ts';

/** A value in the releases `since` to `until` (both included); without `until` to the newest that was recorded. */
interface Span {
  readonly since: string;
  readonly until?: string;
}

interface Ranged<T> extends Span {
  readonly value: T;
}

type Scalar = string | number | boolean | null;

/** A row of flags.json. A field that changed over time stands in `…_by_version`. */
interface Row extends Span {
  readonly names: readonly string[];
  readonly aliases?: readonly (Span & { readonly name: string })[];
  readonly absent?: readonly string[];
  readonly kind: string;
  readonly kind_by_version?: readonly Ranged<string>[];
  readonly short?: readonly string[];
  readonly short_by_version?: readonly Ranged<readonly string[]>[];
  readonly choices?: readonly Scalar[];
  readonly choices_by_version?: readonly Ranged<readonly Scalar[]>[];
  readonly open?: boolean;
  readonly open_by_version?: readonly Ranged<boolean>[];
  readonly nargs?: string | number;
  readonly nargs_by_version?: readonly Ranged<string | number>[];
  readonly off?: readonly string[];
  readonly off_by_version?: readonly Ranged<readonly string[]>[];
}

/**
 * Every flag of `vllm serve` with the releases that have it, as the argument parsers of those releases say it.
 *
 * @source scripts/oracle/record_args.py, run on the published packages
 */
const ROWS: readonly Row[] = table.flags;

/** Releases that were recorded, oldest first; elsewhere in this file a release is its place in this list. */
const RECORDED = table.versions.map(parseRelease);
const PLACE_OF: ReadonlyMap<string, number> = new Map(table.versions.map((release, place) => [release, place]));

/** The recorded release that speaks for a version: the newest that is not newer, or the oldest. */
function placeOf(version: Version): number {
  return Math.max(
    0,
    RECORDED.findLastIndex((recorded) => compareVersions(recorded, version) <= 0),
  );
}

/** The next recorded release, where the version itself was not recorded. */
function placeAfter(version: Version, place: number): number {
  const recorded = RECORDED[place];
  const exact = recorded === undefined || compareVersions(recorded, version) >= 0;
  return exact ? place : Math.min(place + 1, RECORDED.length - 1);
}

function covers({ since, until }: Span, place: number): boolean {
  return (PLACE_OF.get(since) ?? 0) <= place && (until === undefined || place <= (PLACE_OF.get(until) ?? 0));
}

function isHeld(row: Row, place: number): boolean {
  return covers(row, place) && !row.absent?.includes(table.versions[place] ?? '');
}

function valueAt<T>(fixed: T | undefined, ranged: readonly Ranged<T>[] | undefined, place: number): T | null {
  return fixed ?? ranged?.find((range) => covers(range, place))?.value ?? null;
}

export interface GeneratedFlag extends FlagSpec {
  /** Spellings that switch it off, other than `--no-`: "--enable-cascade-attn". */
  readonly off: readonly string[];
}

/**
 * The flags of one release. Between two recorded releases a flag counts when either has it: an unrecorded release is
 * no reason to refuse a command.
 */
export function generatedFlags(version: Version): GeneratedFlag[] {
  const exact = placeOf(version);
  const after = placeAfter(version, exact);
  return ROWS.flatMap((row) => {
    const at = isHeld(row, exact) ? exact : isHeld(row, after) ? after : null;
    return at === null ? [] : [specAt(row, at)];
  });
}

function specAt(row: Row, place: number): GeneratedFlag {
  const [name = '', ...others] = row.names;
  const aliases = (row.aliases ?? []).filter((alias) => covers(alias, place)).map((alias) => alias.name);
  const closed = valueAt(row.open, row.open_by_version, place) !== true;
  const choices = valueAt(row.choices, row.choices_by_version, place)
    ?.filter((choice) => choice !== null && choice !== '')
    .map(String);
  return {
    name,
    aliases: [...others, ...aliases, ...(valueAt(row.short, row.short_by_version, place) ?? [])],
    kind: kindOf(row, place),
    choices: closed && choices !== undefined && choices.length > 0 ? choices : null,
    off: valueAt(row.off, row.off_by_version, place) ?? [],
  };
}

const KINDS: Readonly<Record<string, FlagKind>> = {
  bool: 'switch',
  int: 'int',
  float: 'float',
  'human-int': 'size',
  'human-int-or-auto': 'length',
  json: 'json',
};

function kindOf(row: Row, place: number): FlagKind {
  if (row.names[0] === '--optimization-level') return 'level';
  const nargs = valueAt(row.nargs, row.nargs_by_version, place);
  if (nargs === '+' || nargs === '*') return 'words';
  if (nargs === '?') return 'maybe-word';
  return KINDS[row.kind_by_version?.find((range) => covers(range, place))?.value ?? row.kind] ?? 'word';
}

/** When a flag that a release lacks came or went; null for a name that no recorded release has. */
export function historyOf(spelling: string, version: Version): { readonly since: string } | { readonly last: string } | null {
  const row = ROWS.find(({ names, aliases }) => names.includes(spelling) || aliases?.some((alias) => alias.name === spelling));
  if (!row) return null;
  const place = placeOf(version);
  if (place < (PLACE_OF.get(row.since) ?? 0)) return { since: row.since };
  return row.until !== undefined && place > (PLACE_OF.get(row.until) ?? 0) ? { last: row.until } : null;
}

/** Every value that some release accepts for a flag. */
export function everyChoiceOf(name: '--quantization' | '--kv-cache-dtype'): string[] {
  const row = ROWS.find(({ names }) => names.includes(name));
  const lists = [row?.choices ?? [], ...(row?.choices_by_version ?? []).map((range) => range.value)];
  return [...new Set(lists.flat().map(String))];
}
