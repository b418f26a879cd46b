/** Part of a prompt (or of a preempted request that is computed again). */
export interface PrefillChunk {
  tokens: number;
  /** Tokens before the chunk, already in the cache. */
  contextTokens: number;
  /** The chunk ends the prompt: its last position gives a token. */
  samples: boolean;
}

/**
 * What one step of the engine computes. The object and its arrays are reused: valid only during the call.
 */
export interface EngineBatch {
  readonly prefills: readonly PrefillChunk[];
  /** Sequences that get their next token. */
  readonly decodes: number;
  /** Positions computed for them: one each, plus drafts. */
  readonly decodeTokens: number;
  /** Sum over them of the tokens that they attend to, their own included. */
  readonly decodeContextTokens: number;
  /** The same sum with each context cut at the i-th of `contextCaps` (sliding windows). */
  readonly cappedContextTokens: readonly number[];
}

/** Seconds that a step takes. */
export type StepTime = (batch: EngineBatch) => number;
