import type { ArtifactsSection } from '../plan/plan-document.ts';
import type { PlanResult } from '../plan/plan-result.ts';
import { renderServeCommand } from './command/render.ts';
import { renderCompose } from './compose/render.ts';
import { buildDeployment } from './deployment.ts';
import { renderDockerRun } from './docker/render.ts';
import { valuesInput } from './k8s-values/input.ts';
import { renderValues } from './k8s-values/render.ts';

/** The `artifacts` section of the document; null where the plan does not run in a container of one host. */
export function artifactTexts(result: PlanResult): ArtifactsSection {
  const deployment = buildDeployment(result);
  const { container, nodes } = deployment;
  const serveCommand = renderServeCommand(deployment);
  if (container.kind === 'none' || nodes > 1) {
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
