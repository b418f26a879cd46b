import type { Rule } from '../rule.ts';
import { findingsOf } from './parser-findings.ts';

export const flagRepeated: Rule = {
  id: 'flag-repeated',
  severity: 'warning',
  formats: ['Compose', 'Kubernetes', 'Helm values', 'shell', 'systemd', 'Dockerfile'],
  finds: 'A flag that is given twice',
  why: 'Only the last one counts, and the first one misleads who reads it.',
  fix: 'Delete one of them.',
  check: (tree) => findingsOf(tree, 'FLAG_REPEATED'),
};
