import type { Rule } from '../rule.ts';
import { findingsOf } from './parser-findings.ts';

export const flagValue: Rule = {
  id: 'flag-value',
  severity: 'error',
  formats: ['Compose', 'Kubernetes', 'Helm values', 'shell', 'systemd', 'Dockerfile'],
  finds: 'A value that the flag does not take',
  why: 'The argument parser refuses the value, so the server does not start.',
  fix: 'Correct the value, or leave the flag out.',
  check: (tree) => findingsOf(tree, 'FLAG_VALUE'),
};
