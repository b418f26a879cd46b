import type { Rule } from '../rule.ts';
import { findingsOf } from './parser-findings.ts';

export const flagWithoutEffect: Rule = {
  id: 'flag-without-effect',
  severity: 'warning',
  formats: ['Compose', 'Kubernetes', 'Helm values', 'shell', 'systemd', 'Dockerfile'],
  finds: 'A flag that changes nothing on that release',
  why: 'It looks like a setting and is none.',
  fix: 'Delete it.',
  check: (tree) => findingsOf(tree, 'FLAG_WITHOUT_EFFECT'),
};
