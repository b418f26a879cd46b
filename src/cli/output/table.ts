/**
 * Aligned columns without borders, so that a copy or a pipe keeps them readable. Columns of numbers are right-aligned.
 * Lines end without spaces.
 */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = header.length > 0 ? [header, ...rows] : rows;
  const columns = Math.max(0, ...lines.map((line) => line.length));
  const widths = Array.from({ length: columns }, (_, i) => Math.max(...lines.map((line) => width(line[i] ?? ''))));
  const numeric = widths.map((_, i) => rows.length > 0 && rows.every((row) => /^[-+]?[\d.,]*( ?(GiB|MiB|%|ms|B))?$/.test(row[i] ?? '')));
  const format = (line: readonly string[]): string =>
    widths
      .map((size, i) => {
        const cell = line[i] ?? '';
        const padding = ' '.repeat(size - width(cell));
        return numeric[i] ? padding + cell : cell + padding;
      })
      .join('  ')
      .trimEnd();
  return lines.map((line) => `${format(line)}\n`).join('');
}

/** Characters on the screen; block and box characters take one cell each. */
function width(text: string): number {
  return [...text].length;
}

/** Breaks text at spaces (not at no-break spaces) so that no line is longer than `columns`; further lines begin with `indent`. */
export function wrap(text: string, columns: number, indent = ''): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/[ \n]+/)) {
    if (line !== '' && width(line) + 1 + width(word) > columns) {
      lines.push(line);
      line = indent + word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].join('\n');
}
