import { nearestName } from '../errors/nearest-name.ts';
import { choicesOf } from './flag-choices.ts';
import { FLAG_ROWS, type FlagRow } from './flag-rows.ts';
import type { FlagSpec, FlagTable, MissingFlag } from './flag-spec.ts';
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

function makeTable(version: Version): FlagTable {
  const bySpelling = new Map<string, FlagSpec>();
  for (const row of FLAG_ROWS) {
    if (!isHeld(row, version)) continue;
    const choices = choicesOf(row.name, version) ?? row.choices ?? null;
    const spec: FlagSpec = { name: row.name, aliases: aliasesOf(row, version), kind: row.kind, choices };
    for (const spelling of [row.name, ...spec.aliases]) bySpelling.set(spelling, spec);
  }
  const specs = [...new Set(bySpelling.values())];
  return {
    find: (spelling) => bySpelling.get(spelling) ?? null,
    startingWith: (prefix) => specs.filter((spec) => spec.name.startsWith(prefix)),
    explainMissing: (spelling) => explainMissing(spelling, version, specs),
  };
}

/** `-O` was short for the compilation config (`-O3`, `-O '{…}'`) until it became the optimization level in 0.12. */
function aliasesOf(row: FlagRow, version: Version): readonly string[] {
  const aliases = row.aliases ?? [];
  return row.name === '--compilation-config' && !isAtLeast(version, '0.12.0') ? [...aliases, '-O'] : aliases;
}

function isHeld(row: FlagRow, version: Version): boolean {
  if (row.since && compareVersions(version, parseRelease(row.since)) < 0) return false;
  return !(row.last && compareVersions(version, parseRelease(row.last)) > 0);
}

function explainMissing(spelling: string, version: Version, specs: readonly FlagSpec[]): MissingFlag {
  const row = FLAG_ROWS.find(({ name, aliases }) => name === spelling || aliases?.includes(spelling));
  if (row?.since && compareVersions(version, parseRelease(row.since)) < 0) return { kind: 'tooNew', since: row.since };
  const removed = findRemovedFlag(spelling);
  const last = row?.last ?? removed?.last;
  if (last) return { kind: 'removed', last, replacement: removed?.replacement ?? null, why: removed?.why ?? null };
  return {
    kind: 'unknown',
    nearest: nearestName(
      spelling,
      specs.map((spec) => spec.name),
    ),
  };
}
