import type { Cause, Evidence } from './cause.ts';
import { CAUSES } from './causes/causes.ts';
import type { CleanLog } from './clean-log.ts';
import { oomStage } from './oom-stage.ts';
import type { Readings } from './readings.ts';

export interface FoundCause {
  readonly cause: Cause;
  /** The line that gives it away, as logged. */
  readonly line: string;
  readonly evidence: Evidence;
  /** Where it stands in the text. */
  readonly at: number;
}

const RANKS = ['cause', 'general', 'error', 'wrapper', 'remark'] as const;

/** Longest line that is echoed; supported architectures fill pages. */
const MAX_ECHO = 300;

/**
 * Everything in the log that is a known reason, the one that explains the rest first: a cause before a family of causes,
 * before what only says that something failed; among equals the earliest, since later ones mostly follow from it.
 */
export function findCauses(log: CleanLog, readings: Readings): readonly FoundCause[] {
  const found = CAUSES.flatMap((cause) => matchCause(cause, log, readings) ?? []);
  return found.sort((a, b) => RANKS.indexOf(a.cause.rank) - RANKS.indexOf(b.cause.rank) || a.at - b.at);
}

function matchCause(cause: Cause, log: CleanLog, readings: Readings): FoundCause | null {
  const anyLevel = cause.anyLevel === true || cause.rank === 'remark';
  for (const text of anyLevel ? [log.text, log.unwrapped] : [log.loud, log.loudUnwrapped]) {
    for (const pattern of cause.patterns) {
      const match = pattern.exec(text);
      if (!match) continue;
      if (cause.stage !== undefined && oomStage(text, match.index) !== cause.stage) continue;
      return { cause, line: lineAt(text, match), evidence: { readings, facts: match.groups ?? {} }, at: match.index };
    }
  }
  return null;
}

function lineAt(text: string, match: RegExpExecArray): string {
  const start = text.lastIndexOf('\n', match.index) + 1;
  const end = text.indexOf('\n', match.index + match[0].length);
  const line = text
    .slice(start, end < 0 ? undefined : end)
    .replace(/\s+/g, ' ')
    .trim();
  if (line.length <= MAX_ECHO) return line;
  const from = Math.max(0, Math.min(match.index - start, line.length - MAX_ECHO));
  return `${from > 0 ? '…' : ''}${line.slice(from, from + MAX_ECHO)}…`;
}
