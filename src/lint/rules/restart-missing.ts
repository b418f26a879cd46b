import type { Rule } from '../rule.ts';
import { enginesOf } from '../view/engines.ts';

export const restartMissing: Rule = {
  id: 'restart-missing',
  severity: 'info',
  formats: ['Compose'],
  finds: 'A service without `restart`',
  why: 'After a crash of the engine or a reboot of the host nobody starts it again.',
  fix: 'Write restart: unless-stopped.',
  *check(tree) {
    for (const { source, node, at } of enginesOf(tree)) {
      if (source !== 'compose' || node === null || node.at('restart').exists || node.at('deploy', 'restart_policy').exists) continue;
      yield { at, message: 'The service is not started again after a crash.' };
    }
  },
};
