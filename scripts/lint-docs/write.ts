// Writes the table of rules into docs/lint.md.
//
//   npx unrun scripts/lint-docs/write.ts
import { readFileSync, writeFileSync } from 'node:fs';
import { RULES } from '../../src/lint/rules.ts';
import { withRulesTable } from './rules-table.ts';

const page = 'docs/lint.md';
writeFileSync(page, withRulesTable(readFileSync(page, 'utf8'), RULES));
