import type { Rule } from '../rule.ts';

export const scriptInvalid: Rule = {
  id: 'script-invalid',
  severity: 'error',
  formats: ['Compose', 'Kubernetes', 'shell', 'systemd', 'Dockerfile'],
  finds: 'A command whose quotes do not close',
  why: 'The shell, Compose or systemd stops with a syntax error, or takes the rest of the file for one word.',
  fix: 'Close the quote.',
  check: ({ broken }) => broken,
};
