import { type ExitCode, WizardError } from '../../errors/wizard-error.ts';
import { plan } from '../../plan/plan.ts';
import type { CliContext } from '../context.ts';
import { Command } from '../options.ts';
import { printPlan } from '../print-plan.ts';
import { readTextFile } from '../read-text-file.ts';
import { errorDocument, internalDocument } from '../report-error.ts';
import { newSession, readCheckRequest, type Session } from '../request/read-request.ts';
import { contradiction } from '../request/settings.ts';
import { usageError } from '../usage-error.ts';
import { type CheckOptions, withCheckOptions } from './check.ts';

export async function runCheck(ctx: CliContext, words: readonly string[], options: CheckOptions): Promise<ExitCode> {
  if (options.batch !== undefined) {
    if (words.length > 0)
      throw contradiction('--batch takes its commands from the file, and one is given as well.', 'Keep one of the two.');
    return runBatch(ctx, options.batch);
  }
  if (options.file !== undefined) {
    if (words.length > 0) throw contradiction('--file names a file with a command, and one is given as well.', 'Keep one of the two.');
    const { runCheckFile } = await import('./check-file.run.ts');
    return runCheckFile(ctx, options.file, options);
  }
  requireFile(options);
  requireCommand(words);
  const { versions } = options;
  if (versions !== undefined) {
    const { runVersions } = await import('./versions.run.ts');
    const session = newSession();
    return runVersions(ctx, { ...options, versions }, (world, vllmVersion) =>
      readCheckRequest(world, { ...options, vllmVersion }, words, session),
    );
  }
  return printPlan(ctx, plan(await readCheckRequest(ctx, options, words, newSession())), options);
}

/** Options that say something about a file. */
function requireFile({ service, model }: CheckOptions): void {
  const stray = service === undefined ? (model === undefined ? null : '--model') : '--service';
  if (stray === null) return;
  throw new WizardError('USAGE', { problem: `${stray} goes with --file.`, fix: 'Name the file, or write the model in the command.' });
}

function requireCommand(words: readonly string[]): void {
  if (words.length > 0) return;
  throw new WizardError('USAGE', {
    problem: 'No command is given.',
    fix: 'Write it after --, for example: vllm-wizard check --gpu l4 -- vllm serve Qwen/Qwen3-8B',
  });
}

/** Lines written to stdout at once: few system calls, and a reader sees progress. */
const LINES_AT_ONCE = 200;

/**
 * A document for every line of the file, in order; a row that fails is an error document, and never ends the batch. Their
 * `artifacts` stay null: the texts would take as long as all the rest, and who wants them asks for that one row.
 */
async function runBatch(ctx: CliContext, file: string): Promise<ExitCode> {
  const lines = (await readTextFile(file, 'batch')).split('\n').filter((line) => line.trim() !== '');
  const judge = rowJudge(ctx, newSession());
  let out: string[] = [];
  for (const line of lines) {
    out.push(JSON.stringify(await judge(line)));
    if (out.length < LINES_AT_ONCE) continue;
    ctx.stdout.write(`${out.join('\n')}\n`);
    out = [];
  }
  if (out.length > 0) ctx.stdout.write(`${out.join('\n')}\n`);
  return 0;
}

/** Rows go through the same option declarations as the command line, on one parser that is used again. */
function rowJudge(ctx: CliContext, session: Session): (line: string) => Promise<object> {
  const parser = withCheckOptions(new Command('check'))
    .exitOverride()
    .configureOutput({ outputError: () => undefined, writeOut: () => undefined });
  return async (line) => {
    try {
      parser.parse(readRow(line), { from: 'user' });
      const options = parser.opts();
      const [words] = parser.processedArgs;
      if (options.batch !== undefined) throw contradiction('--batch inside a batch.', 'Write the row without it.');
      refuseInBatch(options);
      requireCommand(words);
      return plan(await readCheckRequest(ctx, options, words, session)).document;
    } catch (error) {
      if (error instanceof WizardError) return errorDocument(error);
      if (isCommanderError(error)) return errorDocument(usageError(error, 'check'));
      return internalDocument(error);
    }
  };
}

/** A batch prints one document of `check` a row, and reads no other files. */
function refuseInBatch({ versions, file }: { readonly versions?: string | undefined; readonly file?: string | undefined }): void {
  if (versions !== undefined) {
    throw new WizardError('USAGE', { problem: '--versions inside a batch.', fix: 'Write a row for each release, with --vllm-version.' });
  }
  if (file !== undefined)
    throw new WizardError('USAGE', { problem: '--file inside a batch.', fix: 'Write the command of the file in the row.' });
}

function isCommanderError(error: unknown): error is Parameters<typeof usageError>[0] {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('commander.');
}

function readRow(line: string): string[] {
  let row: unknown;
  try {
    row = JSON.parse(line);
  } catch {
    row = null; // Reported below with every other shape that is not a list of arguments.
  }
  if (Array.isArray(row) && row.every((word): word is string => typeof word === 'string')) return row;
  throw new WizardError('USAGE', {
    problem: `The row is no JSON array of strings: ${line.slice(0, 80)}`,
    fix: 'Write the arguments after `check`, for example ["--gpu", "l4", "--", "vllm", "serve", "Qwen/Qwen3-8B"].',
  });
}
