export interface GeneratedFile {
  /** Inside the output folder, with `/`. */
  readonly path: string;
  readonly text: string;
  /** Permission bits. */
  readonly mode: number;
}

export function textFile(path: string, text: string): GeneratedFile {
  return { path, text, mode: 0o644 };
}

export function programFile(path: string, text: string): GeneratedFile {
  return { path, text, mode: 0o755 };
}
