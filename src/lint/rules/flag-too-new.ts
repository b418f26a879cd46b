import type { Rule } from '../rule.ts';
import { findingsOf } from './parser-findings.ts';

export const flagTooNew: Rule = {
  id: 'flag-too-new',
  severity: 'error',
  formats: ['Compose', 'Kubernetes', 'Helm values', 'shell', 'systemd', 'Dockerfile'],
  finds: "A flag that the image's release does not have yet",
  why: 'The argument parser refuses unknown arguments, so the server does not start.',
  fix: 'Delete the flag, or run a release that has it.',
  check: (tree) => findingsOf(tree, 'FLAG_TOO_NEW'),
};
