import type { LineIndex } from './line-index.ts';

/** Rules that comments in the file switch off. */
export interface Suppressions {
  /** True where a comment switches the rule off for that line. */
  covers(rule: string, line: number): boolean;
}

const COMMENT = /#[ \t]*vllm-wizard-lint-disable(-file)?\b([^\n]*)/g;

/**
 * `# vllm-wizard-lint-disable rule, rule` behind a line covers that line, on a line of its own the next one;
 * `# vllm-wizard-lint-disable-file rule` covers the file. Without a rule: all of them. Text behind `--` says why.
 */
export function readSuppressions(text: string, lines: LineIndex): Suppressions {
  const wholeFile = new Set<string>();
  const byLine = new Map<number, Set<string>>();
  for (const found of text.matchAll(COMMENT)) {
    const names = (found[2] ?? '').split('--')[0]?.match(/[a-z][a-z0-9-]*/g) ?? [];
    const rules = names.length > 0 ? names : ['*'];
    if (found[1] !== undefined) {
      for (const rule of rules) wholeFile.add(rule);
      continue;
    }
    const { line, column } = lines.at(found.index);
    const ownLine = text.slice(lines.start(line), lines.start(line) + column - 1).trim() === '';
    const covered = ownLine ? line + 1 : line;
    byLine.set(covered, new Set([...(byLine.get(covered) ?? []), ...rules]));
  }
  const names = (rules: ReadonlySet<string> | undefined, rule: string): boolean => rules?.has(rule) === true || rules?.has('*') === true;
  return { covers: (rule, line) => names(wholeFile, rule) || names(byLine.get(line), rule) };
}
