import { PROBE_PERIOD_S, startupFailures } from '../budgets.ts';
import type { ServerContainer } from '../container.ts';
import type { Deployment } from '../deployment.ts';
import type { RunbookSection } from '../kind.ts';
import { shellBlock } from '../runbook/markdown.ts';
import { shellQuote } from '../shell-quote.ts';
import { LOADER_PATH, loaderName } from './loader-manifest.ts';
import { progressDeadline } from './rollout.ts';
import { secretCommand, secretIsOptional } from './secret-command.ts';

/** The commands for plain manifests, in order. */
export function manifestSteps(deployment: Deployment, container: ServerContainer, folder: string): RunbookSection[] {
  const wait = progressDeadline(deployment, container).value;
  const lines = [
    ...secretLines(deployment),
    ...loaderLines(deployment, container, folder),
    'Then everything else. The Deployment waits until the model is loaded:',
    '',
    ...shellBlock(`kubectl apply --filename ${folder}/`, `kubectl rollout status deployment/${deployment.service} --timeout ${wait}s`),
    '',
    ...startLines(deployment),
    ...askLines(deployment),
  ];
  return [{ title: 'Kubernetes: plain manifests', lines }];
}

export function secretLines(deployment: Deployment): string[] {
  const commands = secretCommand(deployment);
  if (commands.length === 0) return [];
  const first = secretIsOptional(deployment) ? 'The secret first, where the model is gated or private:' : 'The secret first:';
  return [first, '', ...shellBlock(...commands), ''];
}

/** A local model is copied into the volume before a server can read it. */
export function loaderLines(deployment: Deployment, container: ServerContainer, folder: string): string[] {
  const copy = copyCommands(deployment, container);
  if (copy.length === 0) return [];
  const apply = `kubectl apply --filename ${folder}/pvc.yaml --filename ${folder}/before/model-loader.yaml`;
  return ['The model is a local folder. Copy it into the volume once:', '', ...shellBlock(apply, ...copy), ''];
}

/** From the host into the loader's volume; none where the model comes from the Hub. */
export function copyCommands(deployment: Deployment, { mount }: ServerContainer): string[] {
  if (mount === null) return [];
  const name = loaderName(deployment);
  const target = mount.target.slice(mount.target.lastIndexOf('/') + 1);
  return [
    `kubectl wait --for condition=Ready pod/${name} --timeout 10m`,
    `kubectl exec ${name} -- mkdir -p ${LOADER_PATH}/${target}`,
    `tar -C ${shellQuote(mount.source)} -cf - . | kubectl exec -i ${name} -- tar -C ${LOADER_PATH}/${target} -xf - --no-same-owner`,
    `kubectl delete pod ${name}`,
  ];
}

export function startLines({ startup }: Deployment): string[] {
  const budget = startupFailures(startup).value * PROBE_PERIOD_S;
  return [`Expect ${startup.because}. The startup probe gives up after ${budget} s.`, ''];
}

/** Asks the server what it serves, through a tunnel of kubectl. */
export function askLines({ service, port, secrets }: Deployment): string[] {
  const keyed = secrets.some(({ env }) => env === 'VLLM_API_KEY');
  const header = keyed ? ' --header "Authorization: Bearer $VLLM_API_KEY"' : '';
  return [
    'It answers with the planned name:',
    '',
    ...shellBlock(
      `kubectl port-forward service/${service} ${port}:${port} &`,
      `curl --silent --fail${header} http://127.0.0.1:${port}/v1/models`,
    ),
  ];
}
