import type { Rule } from '../rule.ts';

export const yamlInvalid: Rule = {
  id: 'yaml-invalid',
  severity: 'error',
  formats: ['YAML'],
  finds: 'YAML or JSON that cannot be read, or that gives one key twice',
  why: 'Whoever reads the file stops here, or takes one of two values without saying which.',
  fix: 'Correct the YAML; a chart template has to be rendered first (helm template).',
  *check({ files }) {
    for (const file of files) for (const { offset, message } of file.problems) yield { at: { file, offset }, message: sentence(message) };
  },
};

function sentence(message: string): string {
  const text = message.trim().replace(/[:.]$/, '');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
