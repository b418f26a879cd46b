import { flagTable } from '../../engine/flags.ts';
import { compareVersions, parseRelease } from '../../engine/version.ts';
import type { Rule } from '../rule.ts';
import { writtenEngines } from '../view/engines.ts';
import { REMOVED_VARIABLES } from './removed-variables.ts';

export const variableRemoved: Rule = {
  id: 'variable-removed',
  severity: 'warning',
  formats: ['Compose', 'Kubernetes', 'Helm values', 'shell', 'systemd', 'Dockerfile'],
  finds: "A variable of the engine that the image's release no longer reads",
  why: 'It changes nothing, and whoever set it believes that it does.',
  fix: 'Delete it.',
  *check(tree) {
    for (const { engine, env } of writtenEngines(tree)) {
      for (const { name, at } of env) {
        const removed = REMOVED_VARIABLES[name];
        if (removed === undefined || compareVersions(engine.version, parseRelease(removed.last)) <= 0) continue;
        const version = engine.version.join('.');
        const flag = removed.instead !== null && flagTable(engine.version).find(removed.instead) !== null ? removed.instead : null;
        yield {
          at,
          message: `vLLM ${version} does not read ${name}; ${removed.last} was the last of the releases known to.`,
          fix: flag === null ? `Delete ${name}.` : `Delete ${name}; ${flag} has its place.`,
        };
      }
    }
  },
};
