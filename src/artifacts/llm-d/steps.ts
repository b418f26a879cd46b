import type { ServerContainer } from '../container.ts';
import type { Deployment } from '../deployment.ts';
import type { RunbookSection } from '../kind.ts';
import { progressDeadline } from '../kubernetes/rollout.ts';
import { secretIsOptional } from '../kubernetes/secret-command.ts';
import { loaderLines, startLines } from '../kubernetes/steps.ts';
import { groupName, LWS_RELEASE } from '../lws/leader-worker-set.ts';
import { shellBlock } from '../runbook/markdown.ts';
import { secretCommands } from './model-server.ts';
import { EXTENSION_RELEASE, GATEWAY, ROUTER_RELEASE } from './names.ts';

/** The commands for llm-d, in order. */
export function llmdSteps(deployment: Deployment, container: ServerContainer, folder: string): RunbookSection[] {
  const { service, nodes, secrets } = deployment;
  const definitions = `https://github.com/kubernetes-sigs/gateway-api-inference-extension/releases/download/${EXTENSION_RELEASE}/v1-manifests.yaml`;
  const controller = `https://github.com/kubernetes-sigs/lws/releases/download/${LWS_RELEASE}/manifests.yaml`;
  const wait = progressDeadline(deployment, container).value;
  const created = secretCommands(deployment);
  const keyed = secrets.some(({ env }) => env === 'VLLM_API_KEY') ? ' --header "Authorization: Bearer $VLLM_API_KEY"' : '';
  const lines = [
    `The cluster needs a Gateway named \`${GATEWAY}\` of an implementation that knows inference pools, and the definitions of those${nodes > 1 ? ', and the LeaderWorkerSet controller' : ''}:`,
    '',
    ...shellBlock(
      `kubectl apply --filename ${definitions}`,
      ...(nodes > 1 ? [`kubectl apply --server-side --filename ${controller}`] : []),
    ),
    '',
    ...(created.length === 0
      ? []
      : [
          secretIsOptional(deployment) ? 'The secret first, where the model is gated or private:' : 'The secrets first:',
          '',
          ...shellBlock(...created),
          '',
        ]),
    ...loaderLines(deployment, container, folder),
    'Then the servers, the pool and the route (instead of those of manifests, kustomize, helm or lws, which have the same names), and the router:',
    '',
    ...shellBlock(
      `kubectl apply --kustomize ${folder}`,
      `helm install ${service} oci://ghcr.io/llm-d/charts/llm-d-router-gateway --version ${ROUTER_RELEASE} --values ${folder}/router-values.yaml`,
      nodes > 1
        ? `kubectl wait leaderworkerset/${groupName(deployment)} --for condition=Available --timeout ${wait}s`
        : `kubectl rollout status deployment/${service} --timeout ${wait}s`,
    ),
    '',
    ...startLines(deployment),
    'It answers through the Gateway with the planned name:',
    '',
    ...shellBlock(
      `IP=$(kubectl get gateway ${GATEWAY} --output jsonpath='{.status.addresses[0].value}')`,
      `curl --silent --fail${keyed} "http://$IP/v1/models"`,
    ),
  ];
  return [{ title: 'Kubernetes: llm-d', lines }];
}
