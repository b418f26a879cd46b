import type { Rule } from '../rule.ts';
import { findingsOf } from './parser-findings.ts';

export const flagAbbreviated: Rule = {
  id: 'flag-abbreviated',
  severity: 'warning',
  formats: ['Compose', 'Kubernetes', 'Helm values', 'shell', 'systemd', 'Dockerfile'],
  finds: 'A flag that is cut short',
  why: 'It stops working as soon as a release adds another flag that begins like it.',
  fix: 'Write the flag in full.',
  check: (tree) => findingsOf(tree, 'FLAG_ABBREVIATED'),
};
