import { WizardError } from '../errors/wizard-error.ts';
import type { PlanResult } from '../plan/plan-result.ts';
import type { ServerContainer } from './container.ts';
import type { Deployment } from './deployment.ts';
import type { EmitWord } from './emit-words.ts';
import type { GeneratedFile } from './generated-file.ts';

/** What one word of `--emit` stands for. */
export interface ArtifactKind {
  readonly word: EmitWord;
  /** @throws WizardError CONTRADICTION where this plan cannot have it */
  readonly files: (deployment: Deployment, context: RenderContext) => readonly GeneratedFile[];
  /** Its part of the runbook: the commands in the order in which they are given. */
  readonly steps?: (deployment: Deployment, context: RenderContext) => readonly RunbookSection[];
}

/** What is beside a file, and the whole plan for the few that tell it. */
export interface RenderContext {
  readonly result: PlanResult;
  readonly words: readonly EmitWord[];
}

export interface RunbookSection {
  readonly title: string;
  /** Markdown lines. */
  readonly lines: readonly string[];
}

/** @throws WizardError CONTRADICTION where the plan does not run in a container of one host */
export function oneHost(deployment: Deployment): ServerContainer {
  const server = anyHosts(deployment);
  if (deployment.nodes === 1) return server;
  throw new WizardError('CONTRADICTION', {
    problem: `This artifact describes one host, and the plan spans ${deployment.nodes} nodes.`,
    fix: 'Emit command, profile, lws or kuberay for it, or plan for one node (--nodes 1).',
  });
}

/** @throws WizardError CONTRADICTION where one node holds the whole replica, or no container runs it */
export function severalHosts(deployment: Deployment): ServerContainer {
  const server = anyHosts(deployment);
  if (deployment.nodes > 1) return server;
  throw new WizardError('CONTRADICTION', {
    problem: 'This artifact joins several nodes, and one node holds this plan.',
    fix: 'Emit manifests, kustomize or helm for it, or plan for several nodes (--nodes).',
  });
}

/** @throws WizardError CONTRADICTION where no container runs the plan */
export function anyHosts({ container }: Deployment): ServerContainer {
  if (container.kind === 'server') return container;
  throw new WizardError('CONTRADICTION', { problem: container.problem, fix: container.fix });
}
