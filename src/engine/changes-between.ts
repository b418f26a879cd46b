import { RULES, type RuleKey } from './rules.ts';
import { compareVersions, parseRelease, type Release, type Version } from './version.ts';

/** One rule that two releases do not share. */
export interface RuleChange {
  readonly key: RuleKey;
  /** What the rule decides, in a few words. */
  readonly what: string;
  /** The release that brought the later value. */
  readonly since: Release;
  /** What changed, in a sentence for users. */
  readonly why: string;
  /** File of the vllm package. */
  readonly source: string;
}

/**
 * What changed between two releases, in the order in which it did; `from` is the older one. A rule that changed several
 * times is there each time; one that came back to its old value is left out.
 */
export function changesBetween(from: Version, to: Version): readonly RuleChange[] {
  const changes = ruleKeys().flatMap((key) => changesOf(key, from, to));
  return changes.sort((a, b) => compareVersions(parseRelease(a.since), parseRelease(b.since)));
}

function ruleKeys(): readonly RuleKey[] {
  return Object.keys(RULES).filter((key): key is RuleKey => key in RULES);
}

function changesOf(key: RuleKey, from: Version, to: Version): readonly RuleChange[] {
  const { what, source, timeline } = RULES[key];
  const reached = (version: Version) => timeline.filter(([since]) => compareVersions(version, parseRelease(since)) >= 0);
  const before = reached(from);
  const after = reached(to);
  if (JSON.stringify(before.at(-1)?.[1]) === JSON.stringify(after.at(-1)?.[1])) return [];
  return after.slice(before.length).map(([since, , why]) => ({ key, what, since, why: why ?? '', source }));
}
