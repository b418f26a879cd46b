/**
 * What follows a flag on the command line.
 *
 * - `switch`: nothing; also `--no-…`
 * - `int`, `float`, `word`: one value · `size`: a whole number, also as 32k (32 000) or 32K (32 768)
 * - `length`: a size, or `auto` / -1 · `level`: 0 to 3, also glued on (`-O3`)
 * - `words`: one or more values · `maybe-word`: none or one · `json`: one JSON value, also as `--flag.key value`
 */
export type FlagKind = 'switch' | 'int' | 'size' | 'length' | 'float' | 'level' | 'word' | 'words' | 'maybe-word' | 'json';

/** One flag of `vllm serve` in one release. */
export interface FlagSpec {
  /** With two dashes and dashes inside: "--max-model-len". */
  readonly name: string;
  /** Other spellings, with one or two dashes: "-tp". */
  readonly aliases: readonly string[];
  readonly kind: FlagKind;
  /** The only values accepted; null: any of its kind. */
  readonly choices: readonly string[] | null;
}

/** Why a name is no flag of a release. */
export type MissingFlag =
  | { readonly kind: 'removed'; readonly last: string; readonly replacement: string | null; readonly why: string | null }
  | { readonly kind: 'tooNew'; readonly since: string }
  | { readonly kind: 'unknown'; readonly nearest: string | null };

/** The flags of one release. */
export interface FlagTable {
  /** By any spelling. */
  find(spelling: string): FlagSpec | null;
  /** The switch that a spelling turns off: `--no-enforce-eager`. */
  findOff(spelling: string): FlagSpec | null;
  /** Flags that a shortened `--max-model` could mean; argparse takes it when there is exactly one. */
  startingWith(prefix: string): readonly FlagSpec[];
  explainMissing(spelling: string): MissingFlag;
}
