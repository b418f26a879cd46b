import type { Deployment } from './deployment.ts';

/** Lines of a POSIX script that end it, with a sentence, where a secret that the server needs is not in the environment. */
export function secretChecks({ secrets }: Deployment): string[] {
  const needed = secrets.filter(({ required }) => required);
  return needed.map(({ env }) => `: "\${${env}:?set ${env} in the environment; it is a secret and not in this file}"`);
}
