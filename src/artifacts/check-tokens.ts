import { WizardError } from '../errors/wizard-error.ts';

const ENV_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Refuses what no operating system hands to a program, before anything is written. */
export function checkTokens(argv: readonly string[], env: readonly (readonly [string, string])[]): void {
  const texts = [...argv, ...env.map(([, value]) => value)];
  if (texts.some((text) => text.includes('\0'))) {
    throw new WizardError('USAGE', {
      problem: 'An argument of the server holds a NUL character, which no command line can carry.',
      fix: 'Remove the NUL character from the model name or the flag.',
    });
  }
  for (const [name] of env) {
    if (ENV_NAME.test(name)) continue;
    throw new WizardError('USAGE', {
      problem: `"${name}" is no name for an environment variable.`,
      fix: 'Use letters, digits and underscores, and do not begin with a digit.',
    });
  }
}
