import { EXIT_OF, type ExitCode, WizardError } from '../errors/wizard-error.ts';
import type { CliContext } from './context.ts';

/** The document that stands for a failure on stdout with `--json`, and in a line of a batch. */
export function errorDocument({ code, message, fix, facts }: WizardError): object {
  return { error: { code, message, fix, facts } };
}

/** Expected failures get two lines and the exit code of their kind (contract §5); anything else is our bug: stack and 70. */
export function reportError(ctx: CliContext, error: unknown, asJson: boolean): ExitCode {
  if (!(error instanceof WizardError)) {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    ctx.stderr.write(`internal error: ${stack}\n  fix: This is a bug. Please report it with the command that you ran.  [INTERNAL]\n`);
    if (asJson) ctx.stdout.write(`${JSON.stringify(internalDocument(error))}\n`);
    return 70;
  }
  if (asJson) ctx.stdout.write(`${JSON.stringify(errorDocument(error))}\n`);
  else ctx.stderr.write(`error: ${error.message}\n  fix: ${error.fix}  [${error.code}]\n`);
  return EXIT_OF[error.code];
}

/** A bug of ours, as a document; the stack goes to stderr only. */
export function internalDocument(error: unknown): object {
  const message = error instanceof Error ? error.message : String(error);
  return { error: { code: 'INTERNAL', message, fix: 'This is a bug. Please report it with the command that you ran.', facts: {} } };
}
