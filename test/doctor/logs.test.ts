import { describe, expect, it, test } from 'vitest';
import { withVersion } from '../../src/cli/doctor/doctor-document.ts';
import { runCli } from '../../src/cli/program.ts';
import { parseServeCommand } from '../../src/engine/parse-serve-command.ts';
import { resolveVersion } from '../../src/engine/version.ts';
import { CASES } from './all-cases.ts';
import { answerOf, quietContext } from './doctor-world.ts';

describe('logs from public issues', () => {
  test.each(CASES)('$name: cause', async (row) => {
    const { diagnosis } = await answerOf(row);
    const got = diagnosis.found?.cause.id ?? (diagnosis.healthy ? null : 'unknown');
    expect([row.cause, ...(row.or ?? [])]).toContain(got);
  });

  test.each(CASES.filter(({ readings }) => readings !== undefined))('$name: readings', async (row) => {
    const { diagnosis } = await answerOf(row);
    expect(diagnosis.readings).toMatchObject(row.readings ?? {});
  });

  test.each(CASES)('$name: a proposed command passes check and has no flag that its release does not know', async (row) => {
    const { diagnosis, asked } = await answerOf(row);
    const { fix } = diagnosis;
    if (fix === null || fix.command === null) return;
    const version = fix.checkedOn?.vllmVersion ?? '';
    const { findings } = parseServeCommand(fix.command, resolveVersion(version).version);
    expect(findings.filter(({ fatal }) => fatal)).toEqual([]);
    const context = quietContext();
    const options = withVersion(asked.checkOptions, version);
    const code = await runCli(context, ['check', ...options, '--offline', '--', ...fix.command]);
    expect({ code, said: code === 0 ? '' : context.written.join('') }).toEqual({ code: 0, said: '' });
  });

  it('has enough of them, from before and after the patterns were written', () => {
    expect(CASES.length).toBeGreaterThanOrEqual(60);
    expect(CASES.filter(({ collected }) => collected === 'after').length).toBeGreaterThanOrEqual(30);
    expect(new Set(CASES.map(({ name }) => name)).size).toBe(CASES.length);
  });
});
