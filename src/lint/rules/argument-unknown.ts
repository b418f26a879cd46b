import type { Rule } from '../rule.ts';
import { findingsOf } from './parser-findings.ts';

export const argumentUnknown: Rule = {
  id: 'argument-unknown',
  severity: 'error',
  formats: ['Compose', 'Kubernetes', 'Helm values', 'shell', 'systemd', 'Dockerfile'],
  finds: 'A word of the command that belongs to no flag',
  why: 'The argument parser refuses it, so the server does not start.',
  fix: 'Delete it, or write the flag that it belongs to; a value with spaces needs quotes.',
  check: (tree) => findingsOf(tree, 'ARGUMENT_UNKNOWN'),
};
