import type { Rule } from '../rule.ts';
import { findingsOf } from './parser-findings.ts';

export const argumentGlued: Rule = {
  id: 'argument-glued',
  severity: 'error',
  formats: ['Compose', 'Kubernetes', 'Helm values', 'shell', 'systemd', 'Dockerfile'],
  finds: 'Flag and value in one list entry (`- --max-model-len 8192`)',
  why: 'The server sees one unknown argument and does not start.',
  fix: 'Write two entries, or one with `=` between them.',
  check: (tree) => findingsOf(tree, 'ARGUMENT_GLUED'),
};
