import type { Rule } from '../rule.ts';

export const tildeInQuotes: Rule = {
  id: 'tilde-in-quotes',
  severity: 'error',
  formats: ['shell'],
  finds: 'A `~` that the shell does not replace: in quotes, or behind `=`',
  why: 'docker gets the character itself and refuses it as the name of a volume, or makes a folder called "~".',
  fix: 'Write "$HOME/…" instead.',
  *check({ containers }) {
    for (const { source, binds } of containers) {
      if (source !== 'docker') continue;
      for (const { at, raw } of binds) if (/^["']~\//.test(raw)) yield { at, message: 'The ~ stands in quotes and stays as it is.' };
    }
  },
};
