import type { CommanderError } from '@commander-js/extra-typings';
import { WizardError } from '../errors/wizard-error.ts';

/** A mistake in the use of the command line, in our words: what is wrong, then what to write. */
export function usageError({ message }: CommanderError, command: string | null): WizardError {
  const [first = '', ...rest] = message.split('\n');
  const what = first.replace(/^error: /, '');
  const hint = /Did you mean (?:one of )?(.+?)\?/.exec(rest.join(' '))?.[1];
  const help = `See vllm-wizard ${command ? `${command} ` : ''}--help.`;
  return new WizardError('USAGE', {
    problem: `${what.charAt(0).toUpperCase()}${what.slice(1)}${what.endsWith('.') ? '' : '.'}`,
    fix: hint ? `Did you mean ${hint}? ${help}` : help,
  });
}
