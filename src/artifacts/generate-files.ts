import type { ArtifactsSection, PlanDocument } from '../plan/plan-document.ts';
import type { PlanResult } from '../plan/plan-result.ts';
import { renderServeCommand } from './command/render.ts';
import { renderCompose } from './compose/render.ts';
import { buildDeployment } from './deployment.ts';
import { renderDockerRun } from './docker/render.ts';
import type { EmitWord } from './emit-words.ts';
import { valuesInput } from './k8s-values/input.ts';
import { renderValues } from './k8s-values/render.ts';
import { TEXT_FILE } from './kind.ts';
import { KINDS } from './kinds.ts';

export interface GeneratedFile {
  /** Inside the output folder, with `/`. */
  readonly path: string;
  readonly text: string;
  /** Permission bits. */
  readonly mode: number;
}

/**
 * The files of the asked words and `plan.json`, which is always there. The same inputs give the same bytes.
 *
 * @param document the result's document with `artifacts` filled in, as `--json` prints it
 * @throws WizardError CONTRADICTION when a word stands for a file that this plan cannot have
 */
export function generateFiles(result: PlanResult, document: PlanDocument, words: readonly EmitWord[]): GeneratedFile[] {
  const deployment = buildDeployment(result);
  const asked = KINDS.filter(({ word }) => words.includes(word));
  const emitted = asked.map(({ word }) => word);
  const files = asked.map(({ path, mode, render }) => ({
    path,
    mode,
    text: render(deployment, result, emitted),
  }));
  return [...files, { path: 'plan.json', mode: TEXT_FILE, text: `${JSON.stringify(document, null, 2)}\n` }];
}

/** The `artifacts` section of the document; null where the plan does not run in a container of one host. */
export function artifactTexts(result: PlanResult): ArtifactsSection {
  const deployment = buildDeployment(result);
  const { container } = deployment;
  const serveCommand = renderServeCommand(deployment);
  if (container.kind === 'none') {
    return { serve_command: serveCommand, docker_command: null, docker_compose: null, k8s_values: null };
  }
  const values = valuesInput(deployment, container, result.document.config.enable_prefix_caching);
  return {
    serve_command: serveCommand,
    docker_command: renderDockerRun(deployment, container),
    docker_compose: renderCompose(deployment, container),
    k8s_values: renderValues(deployment, container, values),
  };
}
