import type { RunProgram } from '../hardware/detect-gpus.ts';

/** Text goes in, nothing comes back. */
export interface TextSink {
  write(text: string): unknown;
}

/** Everything a command may touch outside its arguments. Tests pass fakes; only main.ts builds the real one. */
export interface CliContext {
  readonly stdout: TextSink;
  readonly stderr: TextSink;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly fetch: typeof fetch;
  /** Runs a program of this host; null when it is missing, fails or takes too long. */
  readonly run: RunProgram;
  /** Whether stdout takes colour: a terminal, and NO_COLOR is not set. */
  readonly colour: boolean;
}
