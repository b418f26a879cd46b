import type { Rule } from '../rule.ts';

export const pipUnpinned: Rule = {
  id: 'pip-unpinned',
  severity: 'warning',
  formats: ['shell', 'Dockerfile'],
  finds: '`pip install vllm` without a version',
  why: 'What runs is the newest release of the day, with other flags, metrics and memory than those that were planned.',
  fix: 'Pin it, for example vllm==0.24.0.',
  *check({ files }) {
    for (const file of files) {
      if (file.kind !== 'shell' && file.kind !== 'dockerfile') continue;
      for (const found of file.text.matchAll(/\bpip3?\s+install\b([^\n;&|]*?)(?<=\s)(["']?)(vllm(?:\[[\w,-]+\])?)\2(?=[\s;&|]|$)/g)) {
        if (/\s-(e|r)\s*$/.test(found[1] ?? '')) continue;
        const offset = found.index + found[0].length - (found[3] ?? '').length - (found[2] ?? '').length;
        yield { at: { file, offset }, message: `${found[3] ?? 'vllm'} is installed in whatever version is newest.` };
      }
    }
  },
};
