import type { ServerContainer } from '../container.ts';
import type { Deployment } from '../deployment.ts';
import { headerLines } from '../file-header.ts';
import { type GeneratedFile, textFile } from '../generated-file.ts';
import { yamlText } from '../yaml-text.ts';
import { claimManifest } from './claim-manifest.ts';
import { deploymentManifest } from './deployment-manifest.ts';
import { disruptionBudgetManifest } from './disruption-budget-manifest.ts';
import type { Manifest } from './manifest.ts';
import { networkPolicyManifest } from './network-policy-manifest.ts';
import type { Scale } from './scale.ts';
import { serviceAccountManifest } from './service-account-manifest.ts';
import { serviceManifest } from './service-manifest.ts';

/** Every object of a server on one host, in the order in which they can be applied. */
export function serverManifests(deployment: Deployment, container: ServerContainer, scale: Scale): Manifest[] {
  const budget = disruptionBudgetManifest(deployment, scale);
  return [
    serviceAccountManifest(deployment),
    claimManifest(deployment, container, scale),
    serviceManifest(deployment),
    networkPolicyManifest(deployment, container),
    ...(budget === null ? [] : [budget]),
    deploymentManifest(deployment, container, scale),
  ];
}

export function manifestFile(folder: string, deployment: Deployment, { file, object, header, remarks }: Manifest): GeneratedFile {
  return textFile(`${folder}/${file}`, yamlText(object, headerLines(deployment, ...header), remarks));
}
