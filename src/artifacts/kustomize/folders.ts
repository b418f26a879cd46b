import type { ServerContainer } from '../container.ts';
import type { Deployment } from '../deployment.ts';
import { baseFolder } from './base-folder.ts';
import { CLOUDS } from './cloud-nodes.ts';
import { autoscalingComponent, debugComponent, monitoringComponent, networkPolicyComponent } from './components.ts';
import type { Folder } from './kustomization.ts';
import { cloudOverlay, stageOverlay } from './overlays.ts';

/** The whole tree: what can scale does in production, what has no cloud has no overlay for it. */
export function kustomizeFolders(deployment: Deployment, container: ServerContainer, gpu: string): Folder[] {
  const scales = deployment.maxReplicas.value > deployment.replicas;
  const production = ['networkpolicy', 'monitoring', ...(scales ? ['autoscaling'] : [])];
  return [
    baseFolder(deployment, container),
    monitoringComponent(deployment),
    networkPolicyComponent(deployment, container),
    debugComponent(deployment),
    ...(scales ? [autoscalingComponent(deployment, container)] : []),
    stageOverlay(deployment, { name: 'dev', components: ['debug'], ...(deployment.replicas > 1 && { replicas: 1 }) }),
    stageOverlay(deployment, { name: 'staging', components: ['networkpolicy', 'monitoring'] }),
    stageOverlay(deployment, { name: 'prod', components: production }),
    ...CLOUDS.flatMap((cloud) => cloudOverlay(deployment, container, cloud, gpu) ?? []),
  ];
}
