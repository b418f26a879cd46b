import { readFileSync } from 'node:fs';
import { parquetMetadata, parquetRead } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';

/** One Parquet file by column. */
export interface Columns {
  readonly rows: number;
  /** 0 where the file has no such column: early versions wrote no window size. */
  readonly number: (name: string, row: number) => number;
  readonly text: (name: string, row: number) => string;
}

/** Reads the named columns of a file, those that it has. */
export async function readColumns(path: string, wanted: readonly string[]): Promise<Columns> {
  const buffer = readFileSync(path);
  const file = new Uint8Array(buffer).buffer;
  const metadata = parquetMetadata(file);
  const rows = Number(metadata.num_rows);
  const present = new Set(metadata.schema.map((element) => element.name));
  const columns = new Map<string, unknown[]>();
  await parquetRead({
    file,
    metadata,
    columns: wanted.filter((name) => present.has(name)),
    compressors,
    onChunk: ({ columnName, columnData, rowStart }) => {
      const column = columns.get(columnName) ?? new Array<unknown>(rows);
      for (let i = 0; i < columnData.length; i++) column[rowStart + i] = columnData[i];
      columns.set(columnName, column);
    },
  });
  return {
    rows,
    number: (name, row) => {
      if (!columns.has(name)) return 0;
      const value = Number(columns.get(name)?.[row]);
      if (!Number.isFinite(value)) throw new Error(`${path}: row ${row} has no number in ${name}`);
      return value;
    },
    text: (name, row) => String(columns.get(name)?.[row] ?? ''),
  };
}
