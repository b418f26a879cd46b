import { WizardError } from '../errors/wizard-error.ts';
import type { PlanResult } from '../plan/plan-result.ts';
import type { OneHost } from './container.ts';
import type { Deployment } from './deployment.ts';
import type { EmitWord } from './emit-words.ts';

/** One file that `generate` can write. */
export interface ArtifactKind {
  readonly word: EmitWord;
  /** Inside the output folder. */
  readonly path: string;
  readonly mode: number;
  readonly render: (deployment: Deployment, result: PlanResult, words: readonly EmitWord[]) => string;
}

export const TEXT_FILE = 0o644;
export const PROGRAM_FILE = 0o755;

/** @throws WizardError CONTRADICTION where the plan does not run in a container of one host */
export function oneHost({ container }: Deployment): OneHost {
  if (container.kind === 'one-host') return container;
  throw new WizardError('CONTRADICTION', { problem: container.problem, fix: container.fix });
}
