import * as fs from 'node:fs/promises';
import { EMIT_WORDS, type EmitWord, generateFiles, writeFiles } from '../../artifacts/public.ts';
import { nearestName } from '../../errors/nearest-name.ts';
import { type ExitCode, WizardError } from '../../errors/wizard-error.ts';
import { plan } from '../../plan/plan.ts';
import type { CliContext } from '../context.ts';
import type { PlanOptions } from '../options.ts';
import { exitOf, printPlan, withArtifacts } from '../print-plan.ts';
import { loadProfile } from '../request/load-profile.ts';
import { newSession, readPlanRequest } from '../request/read-request.ts';
import { mergeSettings } from '../request/settings.ts';

interface GenerateOptions extends PlanOptions {
  readonly outputDir: string;
  readonly emit?: string | undefined;
  readonly force?: true | undefined;
}

const DEFAULT_WORDS = ['command', 'profile'];

/** Plans, then writes all files or none. What would not start is not written. */
export async function runGenerate(ctx: CliContext, model: string | undefined, options: GenerateOptions): Promise<ExitCode> {
  const { outputDir, emit, force, ...rest } = options;
  const settings = mergeSettings(rest, model, await loadProfile(options));
  const words = readWords(emit?.split(',') ?? settings.emit ?? DEFAULT_WORDS);
  const result = plan(await readPlanRequest(ctx, settings, newSession()));
  const document = await withArtifacts(result);
  if (document.memory.verdict === 'fails') {
    ctx.stderr.write('Nothing was written: this plan does not start.\n');
    return printPlan(ctx, result, options);
  }
  const files = generateFiles(result, document, words);
  const { written, unchanged } = await writeFiles(outputDir, files, { force: force ?? false, fs });
  if (options.json) ctx.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
  else {
    const line = (path: string, what: string): string => `${what}  ${outputDir.replace(/\/$/, '')}/${path}\n`;
    ctx.stdout.write([...written.map((path) => line(path, 'wrote    ')), ...unchanged.map((path) => line(path, 'unchanged'))].join(''));
  }
  if (!document.feasibility.fits)
    ctx.stderr.write('Mind: the load does not fit with the headroom that was asked for; see vllm-wizard plan.\n');
  return exitOf(document);
}

function readWords(words: readonly string[]): EmitWord[] {
  const wanted = words.map((word) => word.trim()).filter((word) => word !== '');
  for (const word of wanted) {
    if (EMIT_WORDS.some((known) => known === word)) continue;
    const near = nearestName(word, EMIT_WORDS);
    throw new WizardError('USAGE', {
      problem: `--emit "${word.slice(0, 40)}" is no artifact.`,
      fix: near ? `Did you mean ${near}? Known are ${EMIT_WORDS.join(', ')}.` : `Use some of ${EMIT_WORDS.join(', ')}.`,
      facts: { word: word.slice(0, 40) },
    });
  }
  return EMIT_WORDS.filter((known) => wanted.includes(known));
}
