import type { Profile } from '../../plan/profile-schema.ts';
import type { Deployment } from '../deployment.ts';
import { headerLines } from '../file-header.ts';
import { yamlText } from '../yaml-text.ts';

/** The profile that plans this again: `vllm-wizard generate --profile profile.yaml --output-dir .` */
export function renderProfile(deployment: Deployment, profile: Profile): string {
  const more = ['Plan again: vllm-wizard generate --profile profile.yaml --output-dir .'];
  const { secrets, env } = deployment;
  const names = [...secrets.filter(({ required }) => required).map((secret) => secret.env), ...env.map(([name]) => name)];
  if (names.length > 0) more.push(`Not in a profile; set them in the environment of the server: ${names.join(', ')}`);
  return yamlText(profile, headerLines(deployment, ...more), []);
}
