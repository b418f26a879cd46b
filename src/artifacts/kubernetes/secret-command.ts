import type { Deployment } from '../deployment.ts';

/** The commands that make the secret from the caller's environment; none where the server needs none. */
export function secretCommand({ secrets, secretName }: Deployment): string[] {
  if (secrets.length === 0) return [];
  const literals = secrets.map(({ env }) => `--from-literal=${env}="$${env}"`).join(' ');
  return [`kubectl create secret generic ${secretName} ${literals}`];
}

/** The secret holds nothing but what public models do without. */
export function secretIsOptional({ secrets }: Deployment): boolean {
  return secrets.every(({ required }) => !required);
}
