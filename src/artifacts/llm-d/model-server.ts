import type { IEnvVar } from 'kubernetes-models/v1/EnvVar';
import type { PlanDocument } from '../../plan/plan-document.ts';
import type { ServerContainer } from '../container.ts';
import type { Deployment } from '../deployment.ts';
import { claimManifest } from '../kubernetes/claim-manifest.ts';
import { deploymentManifest } from '../kubernetes/deployment-manifest.ts';
import type { Manifest } from '../kubernetes/manifest.ts';
import { networkPolicyManifest } from '../kubernetes/network-policy-manifest.ts';
import type { Scale } from '../kubernetes/scale.ts';
import { serviceAccountManifest } from '../kubernetes/service-account-manifest.ts';
import { serviceManifest } from '../kubernetes/service-manifest.ts';
import { groupCommands } from '../lws/group-commands.ts';
import { leaderService } from '../lws/leader-service.ts';
import { leaderWorkerSet } from '../lws/leader-worker-set.ts';
import { joiningOf } from '../multi-node/joining.ts';
import { serverLabels, TOKEN_SECRET } from './names.ts';

const TOKEN = 'HF_TOKEN';

/** The planned server, with llm-d's labels on the pods that answer requests, and the token from llm-d's secret. */
export function modelServer(deployment: Deployment, container: ServerContainer, scale: Scale, config: PlanDocument['config']): Manifest[] {
  const keyed = { ...deployment, secrets: deployment.secrets.filter(({ env }) => env !== TOKEN) };
  const labels = serverLabels(deployment);
  const env = tokenEnv(deployment);
  if (deployment.nodes === 1) {
    return [
      serviceAccountManifest(deployment),
      claimManifest(deployment, container, scale),
      serviceManifest(deployment),
      networkPolicyManifest(deployment, container),
      deploymentManifest(keyed, container, scale, { labels, env }),
    ];
  }
  const commands = groupCommands(container, joiningOf(deployment, container, config));
  const shared =
    container.mount === null ? [] : [claimManifest(deployment, container, { ...scale, maxPods: deployment.nodes * scale.maxPods })];
  return [...shared, leaderService(deployment), leaderWorkerSet(keyed, container, commands, { leaderLabels: labels, env })];
}

function tokenEnv({ secrets }: Deployment): IEnvVar[] {
  return secrets
    .filter(({ env }) => env === TOKEN)
    .map(({ required }) => ({
      name: TOKEN,
      valueFrom: { secretKeyRef: { name: TOKEN_SECRET, key: TOKEN, ...(!required && { optional: true }) } },
    }));
}

/** The commands that make the secrets: the token's under the name that llm-d expects, others under the plan's. */
export function secretCommands({ secrets, secretName }: Deployment): string[] {
  const others = secrets.filter(({ env }) => env !== TOKEN);
  const literals = others.map(({ env }) => `--from-literal=${env}="$${env}"`).join(' ');
  return [
    ...(others.length < secrets.length ? [`kubectl create secret generic ${TOKEN_SECRET} --from-literal=${TOKEN}="$${TOKEN}"`] : []),
    ...(others.length > 0 ? [`kubectl create secret generic ${secretName} ${literals}`] : []),
  ];
}
