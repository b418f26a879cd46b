import type { Rule } from '../rule.ts';
import { findingsOf } from './parser-findings.ts';

export const flagConflict: Rule = {
  id: 'flag-conflict',
  severity: 'error',
  formats: ['Compose', 'Kubernetes', 'Helm values', 'shell', 'systemd', 'Dockerfile'],
  finds: 'Flags that exclude each other',
  why: 'The engine refuses the combination, so the server does not start.',
  fix: 'Keep one of them.',
  check: (tree) => findingsOf(tree, 'FLAGS_CONTRADICT'),
};
