import type { CliContext } from './context.ts';
import { runCli } from './program.ts';

export interface CliAnswer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line in this process, without network, GPU or environment unless a test gives them. */
export async function runFake(argv: readonly string[], change: Partial<CliContext> = {}): Promise<CliAnswer> {
  const out: string[] = [];
  const err: string[] = [];
  const ctx: CliContext = {
    stdout: { write: (text) => out.push(text) },
    stderr: { write: (text) => err.push(text) },
    env: {},
    fetch: () => Promise.reject(new TypeError('fetch failed')),
    run: async () => null,
    colour: false,
    ...change,
  };
  const code = await runCli(ctx, argv);
  return { code, stdout: out.join(''), stderr: err.join('') };
}
