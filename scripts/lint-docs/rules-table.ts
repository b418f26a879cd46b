import type { Rule } from '../../src/lint/rule.ts';

export const BEGIN = '<!-- rules: made by scripts/lint-docs/write.ts -->';
export const END = '<!-- end of rules -->';

/** The rules as a Markdown table, in the order of the registry. */
export function rulesTable(rules: readonly Rule[]): string {
  const rows = rules.map(
    ({ id, severity, finds, why, formats }) => `| \`${id}\` | ${severity} | ${cell(finds)}. ${cell(why)} | ${formats.join(', ')} |`,
  );
  return ['| rule | severity | what it finds, and why that matters | reads |', '|---|---|---|---|', ...rows].join('\n');
}

/** Plain text keeps its angle brackets and bars. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}

/** The page with its table made anew. */
export function withRulesTable(page: string, rules: readonly Rule[]): string {
  const [before = '', rest = ''] = page.split(BEGIN);
  const after = rest.split(END)[1] ?? '';
  return `${before}${BEGIN}\n${rulesTable(rules)}\n${END}${after}`;
}
