/** One request of a benchmark, as its client sees it. */
export interface ClientRequest {
  readonly promptTokens: number;
  /** Tokens that it generates; stop tokens are ignored, as benchmarks do. */
  readonly outputTokens: number;
  /** Prompt tokens that the prefix cache holds when the request comes; the engine rounds them down to whole blocks. */
  readonly cachedTokens: number;
}

/** What a benchmark's clients do. */
export interface ClientLoad {
  /** In the order in which they are sent. */
  readonly requests: readonly ClientRequest[];
  /** Earliest second at which each is sent, not falling; null: all at once. */
  readonly sendS: readonly number[] | null;
  /** A request waits until fewer than this many are open (`--max-concurrency`); null: no limit. */
  readonly concurrency: number | null;
}
