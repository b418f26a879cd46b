import * as fs from 'node:fs/promises';
import {
  type DeploymentOptions,
  EMIT_GROUPS,
  EMIT_WORDS,
  type EmitGroup,
  type EmitWord,
  generateFiles,
  lockOrigin,
  possibleWords,
  writeFiles,
} from '../../artifacts/public.ts';
import { nearestName } from '../../errors/nearest-name.ts';
import { type ExitCode, WizardError } from '../../errors/wizard-error.ts';
import { plan } from '../../plan/plan.ts';
import type { PlanResult } from '../../plan/plan-result.ts';
import type { CliContext } from '../context.ts';
import type { PlanOptions } from '../options.ts';
import { exitOf, printPlan, withArtifacts } from '../print-plan.ts';
import { loadProfile } from '../request/load-profile.ts';
import { newSession, readPlanRequest } from '../request/read-request.ts';
import { mergeSettings, type Settings } from '../request/settings.ts';

interface GenerateOptions extends PlanOptions {
  readonly outputDir: string;
  readonly emit?: string | undefined;
  readonly force?: true | undefined;
  readonly replicas?: number | undefined;
  readonly gpuHourUsd?: number | undefined;
}

const DEFAULT_WORDS = ['command', 'profile'];

/** Plans, then writes all files or none. What would not start is not written. */
export async function runGenerate(ctx: CliContext, model: string | undefined, options: GenerateOptions): Promise<ExitCode> {
  const { outputDir, emit, force, ...rest } = options;
  const settings = oneReplica(mergeSettings(rest, model, await loadProfile(options)));
  const asked = readWords(emit?.split(',') ?? settings.emit ?? DEFAULT_WORDS);
  const deployment: DeploymentOptions = { replicas: settings.replicas ?? 1, gpuHourUsd: settings.gpuHourUsd ?? null };
  const result = await planReplicas(ctx, settings);
  const document = await withArtifacts(result);
  if (document.memory.verdict === 'fails') {
    ctx.stderr.write('Nothing was written: this plan does not start.\n');
    return printPlan(ctx, result, options);
  }
  const { words, skipped } = chosenWords(result, asked, deployment);
  const files = generateFiles(result, document, words, deployment);
  const origin = await lockOrigin(result, words, deployment);
  const { written, unchanged } = await writeFiles(outputDir, files, { force: force ?? false, origin, fs });
  if (options.json) ctx.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
  else {
    const line = (path: string, what: string): string => `${what}  ${outputDir.replace(/\/$/, '')}/${path}\n`;
    ctx.stdout.write([...written.map((path) => line(path, 'wrote    ')), ...unchanged.map((path) => line(path, 'unchanged'))].join(''));
  }
  for (const { word, problem } of skipped) ctx.stderr.write(`Left out ${word}: ${problem}\n`);
  if (!document.feasibility.fits)
    ctx.stderr.write('Mind: the load does not fit with the headroom that was asked for; see vllm-wizard plan.\n');
  return exitOf(document);
}

/** Replicas are copies of the whole server: unless asked for, none of them is made of copies of the engine, too. */
function oneReplica(settings: Settings): Settings {
  return (settings.replicas ?? 1) > 1 ? { dataParallelSize: 1, ...settings } : settings;
}

/** Where the GPUs are not counted by the user, they are those that all replicas take. */
async function planReplicas(ctx: CliContext, settings: Settings): Promise<PlanResult> {
  const session = newSession();
  const result = plan(await readPlanRequest(ctx, settings, session));
  const { replicas = 1, gpus } = settings;
  if (replicas === 1 || gpus !== undefined) return result;
  const { tensor_parallel_size: tensor, pipeline_parallel_size: pipeline, data_parallel_size: data } = result.document.config;
  const sizes = { tensorParallelSize: tensor, pipelineParallelSize: pipeline, dataParallelSize: data };
  return plan(await readPlanRequest(ctx, { ...settings, ...sizes, gpus: replicas * tensor * pipeline * data }, session));
}

interface AskedWords {
  readonly words: readonly EmitWord[];
  readonly groups: readonly EmitGroup[];
}

/** What was asked by name must be possible; of a group, what is. */
function chosenWords(result: PlanResult, { words, groups }: AskedWords, deployment: DeploymentOptions) {
  const members = groups.flatMap((group): readonly EmitWord[] => EMIT_GROUPS[group]);
  const possible = possibleWords(result, members, deployment);
  return { ...possible, words: EMIT_WORDS.filter((word) => words.includes(word) || possible.words.includes(word)) };
}

function readWords(words: readonly string[]): AskedWords {
  const wanted = words.map((word) => word.trim()).filter((word) => word !== '');
  for (const word of wanted) if (!isWord(word) && !isGroup(word)) throw unknownWord(word);
  return { words: wanted.filter(isWord), groups: wanted.filter(isGroup) };
}

function isWord(word: string): word is EmitWord {
  return EMIT_WORDS.some((known) => known === word);
}

function isGroup(word: string): word is EmitGroup {
  return Object.hasOwn(EMIT_GROUPS, word);
}

function unknownWord(word: string): WizardError {
  const known = [...EMIT_WORDS, ...Object.keys(EMIT_GROUPS)];
  const near = nearestName(word, known);
  return new WizardError('USAGE', {
    problem: `--emit "${word.slice(0, 40)}" is no artifact.`,
    fix: near ? `Did you mean ${near}? Known are ${known.join(', ')}.` : `Use some of ${known.join(', ')}.`,
    facts: { word: word.slice(0, 40) },
  });
}
