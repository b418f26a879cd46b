import type { Rule } from '../rule.ts';
import { findingsOf } from './parser-findings.ts';

export const flagUnknown: Rule = {
  id: 'flag-unknown',
  severity: 'error',
  formats: ['Compose', 'Kubernetes', 'Helm values', 'shell', 'systemd', 'Dockerfile'],
  finds: 'A flag that no release of vLLM has',
  why: 'The argument parser refuses unknown arguments, so the server does not start.',
  fix: 'Correct the spelling, or delete the flag.',
  check: (tree) => findingsOf(tree, 'FLAG_UNKNOWN'),
};
