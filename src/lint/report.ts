import type { Severity } from './rule.ts';

/** One finding, ready to print. */
export interface LintFinding {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
  readonly severity: Severity;
  readonly rule: string;
  readonly message: string;
  readonly fix: string;
}

export interface LintReport {
  /** By file, line, column, rule. */
  readonly findings: readonly LintFinding[];
  /** Files that were read. */
  readonly files: readonly string[];
  /** Files that no rule could read, and why. */
  readonly skipped: readonly { readonly file: string; readonly reason: string }[];
  /** Findings that comments in the files switch off. */
  readonly suppressed: number;
  /** The release that everything was judged by when it was told, else the one that is meant where no file names one. */
  readonly vllmVersion: string;
  readonly versionTold: boolean;
}

/** Findings of each severity. */
export function countOf(findings: readonly LintFinding[]): Readonly<Record<Severity, number>> {
  const count = { error: 0, warning: 0, info: 0 };
  for (const { severity } of findings) count[severity]++;
  return count;
}
