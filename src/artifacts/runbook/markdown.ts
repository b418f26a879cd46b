import { commentText } from '../comment-text.ts';

/** A code span that shows exactly `text` on one line, whatever backticks it holds. */
export function codeSpan(text: string): string {
  const line = commentText(text);
  const longest = Math.max(0, ...(line.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = line === '' || line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${line}${pad}${fence}`;
}

/** One row of a table; a bar inside a cell would end it. */
export function tableRow(cells: readonly string[]): string {
  return `| ${cells.map((cell) => commentText(cell).replaceAll('|', '\\|')).join(' | ')} |`;
}

/** Plain words with nothing in them that Markdown or HTML would read as markup. */
export function plainText(text: string): string {
  return commentText(text).replace(/[\\`*_{}[\]<>#|~]/g, '\\$&');
}

/** A fenced block of shell. */
export function shellBlock(...lines: readonly string[]): string[] {
  const longest = Math.max(2, ...lines.flatMap((line) => (line.match(/`+/g) ?? []).map((run) => run.length)));
  const fence = '`'.repeat(longest + 1);
  return [`${fence}sh`, ...lines, fence];
}
