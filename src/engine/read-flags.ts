import type { Finding } from './finding.ts';
import type { FlagSpec, FlagTable } from './flag-spec.ts';

/** One flag of a command: its meaning in that release, and what stood there. */
export interface GivenFlag {
  readonly spec: FlagSpec;
  /** As it was written, for messages. */
  readonly spelling: string;
  /** Values as text; empty for a switch. */
  readonly values: readonly string[];
  /** false for the `--no-` form. */
  readonly on: boolean;
  /** Path inside a JSON flag: `--compilation-config.cudagraph_mode` gives ["cudagraph_mode"]; empty for the whole value. */
  readonly path: readonly string[];
}

export interface ReadFlags {
  readonly flags: readonly GivenFlag[];
  readonly positionals: readonly string[];
  readonly findings: readonly Finding[];
}

/** Explains a spelling that the release does not know. */
export type ExplainMissing = (spelling: string) => Finding;

/** Splits the words after `vllm serve` into flags and positionals, as vLLM's argument parser does. */
export function readFlags(words: readonly string[], table: FlagTable, explain: ExplainMissing): ReadFlags {
  const reader: Reader = { words, table, explain, at: 0, flags: [], positionals: [], findings: [] };
  while (reader.at < words.length) {
    const word = words[reader.at++] ?? '';
    if (word === '--') continue;
    if (looksLikeFlag(word)) readFlag(reader, word);
    else reader.positionals.push(word);
  }
  return reader;
}

interface Reader extends ReadFlags {
  readonly words: readonly string[];
  readonly table: FlagTable;
  readonly explain: ExplainMissing;
  at: number;
  readonly flags: GivenFlag[];
  readonly positionals: string[];
  readonly findings: Finding[];
}

/** Negative numbers are values; a word with a space in it is never a flag (argparse). */
function looksLikeFlag(word: string): boolean {
  return word.startsWith('-') && word !== '-' && !/^-\d/.test(word) && !word.split('=', 1)[0]?.includes(' ');
}

function readFlag(reader: Reader, word: string): void {
  const level = /^-O=?(.+)$/.exec(word);
  const equals = word.indexOf('=');
  const key = level ? '-O' : equals < 0 ? word : word.slice(0, equals);
  const glued = level ? (level[1] ?? null) : equals < 0 ? null : word.slice(equals + 1);
  const dot = level?.[1]?.startsWith('.') ? 1 : key.indexOf('.');
  if (dot > 0) {
    readDotted(reader, level ? `--compilation-config${word.slice(2)}` : word);
    return;
  }
  const found = findFlag(reader, dashed(key));
  if (!found) {
    skipUnknown(reader, key, glued);
    return;
  }
  const { spec, on } = found;
  const values = glued === null ? takeValues(reader, spec) : [glued];
  const problem = countProblem(spec, values, glued !== null);
  if (problem) reader.findings.push(valueFinding(key, problem));
  else reader.flags.push({ spec, spelling: key, values, on, path: [] });
}

function dashed(key: string): string {
  return key.startsWith('--') ? key.replaceAll('_', '-') : key;
}

function findFlag(reader: Reader, key: string): { spec: FlagSpec; on: boolean } | null {
  const spec = reader.table.find(key);
  if (spec) return { spec, on: true };
  const switchedOff = reader.table.findOff(key);
  if (switchedOff) return { spec: switchedOff, on: false };
  if (!key.startsWith('--')) return null;
  const longer = reader.table.startingWith(key);
  const [only] = longer;
  if (!only || longer.length > 1) return null;
  reader.findings.push({
    code: 'FLAG_ABBREVIATED',
    message: `${key} is short for ${only.name}; it stops working as soon as another flag begins like it.`,
    fix: `Write ${only.name}.`,
    fatal: false,
  });
  return { spec: only, on: true };
}

/** Without a row nobody knows whether a value follows: the next word belongs to it unless it is a flag. */
function skipUnknown(reader: Reader, key: string, glued: string | null): void {
  reader.findings.push(reader.explain(dashed(key)));
  const next = reader.words[reader.at];
  if (glued === null && next !== undefined && !looksLikeFlag(next)) reader.at++;
}

function takeValues(reader: Reader, spec: FlagSpec): string[] {
  const most = spec.kind === 'switch' ? 0 : spec.kind === 'words' ? reader.words.length : 1;
  const rest = reader.words.slice(reader.at, reader.at + most);
  const end = rest.findIndex(looksLikeFlag);
  const values = end < 0 ? rest : rest.slice(0, end);
  reader.at += values.length;
  return values;
}

function countProblem(spec: FlagSpec, values: readonly string[], glued: boolean): string | null {
  if (spec.kind === 'switch') return glued ? `is a switch and takes no value, not "${values[0]}"` : null;
  return values.length === 0 && spec.kind !== 'maybe-word' ? 'needs a value' : null;
}

/** `--flag.key value`, `--flag.key=value`, `--flag.key+ value`: one entry of a JSON flag. */
function readDotted(reader: Reader, word: string): void {
  const equals = word.indexOf('=');
  const key = equals < 0 ? word : word.slice(0, equals);
  const [head = '', ...path] = key.split('.');
  const spec = findFlag(reader, dashed(head))?.spec ?? null;
  if (!spec) {
    skipUnknown(reader, head, equals < 0 ? null : word.slice(equals + 1));
    return;
  }
  const next = reader.words[reader.at];
  const value = equals >= 0 ? word.slice(equals + 1) : next !== undefined && !looksLikeFlag(next) ? next : null;
  if (equals < 0 && value !== null) reader.at++;
  if (spec.kind !== 'json') reader.findings.push(valueFinding(key, 'has a dot in its name, but its value is not JSON'));
  else if (value === null) reader.findings.push(valueFinding(key, 'needs a value'));
  else reader.flags.push({ spec, spelling: key, values: [value], on: true, path });
}

/** A value that the release's argument parser refuses. */
export function valueFinding(spelling: string, problem: string, fix: string | null = null): Finding {
  return {
    code: 'FLAG_VALUE',
    message: `${spelling} ${problem}.`,
    fix: fix ?? `Correct the value of ${spelling}, or leave the flag out.`,
    fatal: true,
  };
}
