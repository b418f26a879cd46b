import { readFileSync } from 'node:fs';

/** Rows of a tab-separated file with a header line, as objects keyed by column. */
export function readTable(file: string): readonly ReadonlyMap<string, string>[] {
  const [header = '', ...lines] = readFileSync(file, 'utf8').trimEnd().split('\n');
  const columns = header.split('\t');
  return lines.map((line) => {
    const cells = line.split('\t');
    return new Map(columns.map((column, at) => [column, cells[at] ?? '']));
  });
}

export function textCell(row: ReadonlyMap<string, string>, column: string): string {
  const value = row.get(column);
  if (value === undefined) throw new Error(`no column ${column}`);
  return value;
}

/** A whole number, or null for an empty cell. */
export function numberCell(row: ReadonlyMap<string, string>, column: string): number | null {
  const text = textCell(row, column);
  if (text === '') return null;
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new Error(`${column}: "${text}" is not a whole number`);
  return value;
}
