import type { Rule } from '../rule.ts';
import { findingsOf } from './parser-findings.ts';

export const flagRemoved: Rule = {
  id: 'flag-removed',
  severity: 'error',
  formats: ['Compose', 'Kubernetes', 'Helm values', 'shell', 'systemd', 'Dockerfile'],
  finds: "A flag that the image's release no longer has",
  why: 'The argument parser refuses unknown arguments, so the server does not start.',
  fix: 'Delete the flag, or write its successor.',
  check: (tree) => findingsOf(tree, 'FLAG_REMOVED'),
};
