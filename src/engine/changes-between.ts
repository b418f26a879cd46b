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

/** The rules that differ between two releases, in the order in which they changed; `from` is the older one. */
export function changesBetween(from: Version, to: Version): readonly RuleChange[] {
  const changes = ruleKeys().flatMap((key) => changeOf(key, from, to) ?? []);
  return changes.sort((a, b) => compareVersions(parseRelease(a.since), parseRelease(b.since)));
}

function ruleKeys(): readonly RuleKey[] {
  return Object.keys(RULES).filter((key): key is RuleKey => key in RULES);
}

function changeOf(key: RuleKey, from: Version, to: Version): RuleChange | null {
  const { what, source, timeline } = RULES[key];
  const reached = (version: Version): number => timeline.filter(([since]) => compareVersions(version, parseRelease(since)) >= 0).length - 1;
  const before = timeline[Math.max(0, reached(from))];
  const after = timeline[Math.max(0, reached(to))];
  if (before === undefined || after === undefined || JSON.stringify(before[1]) === JSON.stringify(after[1])) return null;
  const [since, , why] = after;
  return { key, what, since, why: why ?? '', source };
}
