import { editDistance } from '../errors/nearest-name.ts';
import type { ModelNames, NameParts } from './model-names.ts';
import { nameParts } from './model-names.ts';

/** Longer names are no names; a bound keeps a hostile one from costing time. */
const LONGEST_NAME = 120;

/** The ids that a mistyped name most likely meant, nearest first: by edits a letter of the name, the organisation counting for little. */
export function nearestModels(asked: NameParts, names: ModelNames, limit: number): readonly string[] {
  const key = asked.key.slice(0, LONGEST_NAME);
  const scored = [...names.byId.values()]
    .filter((entry) => entry.id.includes('/'))
    .map((entry) => {
      const other = nameParts(entry.id);
      const name = editDistance(key, other.key) / Math.max(key.length, other.key.length, 1);
      return { id: entry.id, distance: name + (asked.org === null || asked.org === other.org ? 0 : 0.05) };
    });
  return scored
    .sort((a, b) => a.distance - b.distance || (a.id < b.id ? -1 : 1))
    .slice(0, limit)
    .map((entry) => entry.id);
}
