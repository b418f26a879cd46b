import { WizardError } from '../errors/wizard-error.ts';
import type { PlanDocument } from '../plan/plan-document.ts';
import type { PlanResult } from '../plan/plan-result.ts';
import { buildDeployment } from './deployment.ts';
import type { DeploymentOptions } from './deployment-options.ts';
import type { EmitWord } from './emit-words.ts';
import { type GeneratedFile, textFile } from './generated-file.ts';
import type { RenderContext } from './kind.ts';
import { KINDS } from './kinds.ts';
import { renderRunbook } from './runbook/render.ts';

const ORIGINAL_WORDS: ReadonlySet<EmitWord> = new Set(['command', 'profile', 'compose', 'k8s']);

/**
 * The files of the asked words and `plan.json`, which is always there; with words that the original lacked, a runbook. The same inputs give the same bytes.
 *
 * @param document the result's document with `artifacts` filled in, as `--json` prints it
 * @throws WizardError CONTRADICTION when a word stands for a file that this plan cannot have
 */
export function generateFiles(
  result: PlanResult,
  document: PlanDocument,
  words: readonly EmitWord[],
  options?: DeploymentOptions,
): GeneratedFile[] {
  const deployment = buildDeployment(result, options);
  const context = contextOf(result, words);
  const kinds = KINDS.filter(({ word }) => words.includes(word));
  const files = kinds.flatMap((kind) => kind.files(deployment, context));
  // Who asks for no more than the original's words gets no more than the original's files.
  if (kinds.some(({ word }) => !ORIGINAL_WORDS.has(word))) files.unshift(renderRunbook(deployment, context, kinds));
  return [...files, textFile('plan.json', `${JSON.stringify(document, null, 2)}\n`)];
}

/** A word that a plan has no file for, and why. */
export interface SkippedWord {
  readonly word: EmitWord;
  readonly problem: string;
}

/** Parts the words that a group stands for into those that this plan can have, in their order, and the others. */
export function possibleWords(result: PlanResult, words: readonly EmitWord[], options?: DeploymentOptions) {
  const deployment = buildDeployment(result, options);
  const skipped: SkippedWord[] = [];
  const possible = KINDS.filter(({ word }) => words.includes(word)).filter((kind) => {
    try {
      kind.files(deployment, contextOf(result, words));
      return true;
    } catch (error) {
      if (!(error instanceof WizardError) || error.code !== 'CONTRADICTION') throw error;
      skipped.push({ word: kind.word, problem: error.message });
      return false;
    }
  });
  return { words: possible.map(({ word }) => word), skipped };
}

function contextOf(result: PlanResult, words: readonly EmitWord[]): RenderContext {
  return { result, words: KINDS.map(({ word }) => word).filter((word) => words.includes(word)) };
}
