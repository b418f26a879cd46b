import { nearestName } from '../errors/nearest-name.ts';
import type { FlagSpec, FlagTable, MissingFlag } from './flag-spec.ts';
import { type GeneratedFlag, generatedFlags, historyOf } from './generated-flags.ts';
import { findRemovedFlag } from './removed-flags.ts';
import { compareVersions, isAtLeast, parseRelease, type Version } from './version.ts';

const tables = new Map<string, FlagTable>();

/** The flags of `vllm serve` in one release. Tables are made once for each release. */
export function flagTable(version: Version): FlagTable {
  const key = version.join('.');
  const known = tables.get(key);
  if (known) return known;
  const made = makeTable(version);
  tables.set(key, made);
  return made;
}

/** `--model` is deprecated behind `vllm serve` and hidden from its help, and still read. */
const MODEL: FlagSpec = { name: '--model', aliases: [], kind: 'word', choices: null };

function makeTable(version: Version): FlagTable {
  const flags = generatedFlags(version);
  const specs: FlagSpec[] = [MODEL, ...flags.filter(({ name }) => name !== MODEL.name)];
  const bySpelling = new Map<string, FlagSpec>();
  for (const spec of specs) for (const spelling of [spec.name, ...spec.aliases]) bySpelling.set(spelling, spec);
  const level = bySpelling.get(isAtLeast(version, '0.12.0') ? '--optimization-level' : '--compilation-config');
  // The parser rewrites `-O` before it looks flags up: a compilation config until 0.11, a level from 0.12 on.
  if (level) bySpelling.set('-O', level);
  const byOffSpelling = offSpellings(flags);
  return {
    find: (spelling) => bySpelling.get(spelling) ?? null,
    findOff: (spelling) => byOffSpelling.get(spelling) ?? null,
    startingWith: (prefix) => specs.filter((spec) => spec.name.startsWith(prefix)),
    explainMissing: (spelling) => explainMissing(spelling, version, specs),
  };
}

function offSpellings(flags: readonly GeneratedFlag[]): Map<string, FlagSpec> {
  const spellings = new Map<string, FlagSpec>();
  for (const flag of flags) {
    if (flag.kind !== 'switch') continue;
    for (const spelling of [`--no-${flag.name.slice(2)}`, ...flag.off]) spellings.set(spelling, flag);
  }
  return spellings;
}

function explainMissing(spelling: string, version: Version, specs: readonly FlagSpec[]): MissingFlag {
  const name = spelling.replace(/^--no-/, '--');
  const history = historyOf(spelling, version) ?? historyOf(name, version);
  if (history && 'since' in history) return { kind: 'tooNew', since: history.since };
  const removed = findRemovedFlag(spelling) ?? findRemovedFlag(name);
  const gone = removed && compareVersions(version, parseRelease(removed.last)) > 0 ? removed.last : null;
  // Not every release was recorded; the hand-read list may know a later one.
  const last = [history?.last ?? null, gone]
    .filter((release) => release !== null)
    .sort((a, b) => compareVersions(parseRelease(b), parseRelease(a)))[0];
  if (last) return { kind: 'removed', last, replacement: removed?.replacement ?? null, why: removed?.why ?? null };
  return {
    kind: 'unknown',
    nearest: nearestName(
      spelling,
      specs.map((spec) => spec.name),
    ),
  };
}
