import type { Rule } from '../rule.ts';
import { durationSeconds } from '../view/compose.ts';
import { enginesOf } from '../view/engines.ts';
import { spotOfKey } from '../view/kubernetes.ts';
import { startSeconds } from './start-seconds.ts';

/** @source Compose file reference, healthcheck: interval 30s, retries 3, start_period 0s */
const DEFAULTS = { interval: 30, retries: 3 };

export const healthcheckEarly: Rule = {
  id: 'healthcheck-early',
  severity: 'warning',
  formats: ['Compose'],
  finds: 'A health check that gives up before the model is loaded',
  why: 'The container is unhealthy while it starts: `up --wait` and services that depend on it fail.',
  fix: 'Set start_period to the time that a start takes, with start_interval: 5s.',
  *check(tree) {
    for (const container of enginesOf(tree)) {
      const { source, node, file } = container;
      const check = node?.at('healthcheck');
      if (source !== 'compose' || node === null || check?.isMap !== true || check.at('disable').text === 'true' || !check.at('test').exists)
        continue;
      const seconds = (key: string, otherwise: number) => durationSeconds(check.at(key).text ?? '') ?? otherwise;
      const patience =
        seconds('start_period', 0) + seconds('interval', DEFAULTS.interval) * (check.at('retries').number ?? DEFAULTS.retries);
      const { value, because } = startSeconds(container, tree);
      if (patience >= value) continue;
      yield {
        at: spotOfKey(file, node, 'healthcheck'),
        message: `The check gives up after ${patience} s; ${because}.`,
        fix: `Set start_period: ${value}s and start_interval: 5s.`,
      };
    }
  },
};
