import type { Rule } from '../rule.ts';
import { enginesOf } from '../view/engines.ts';

export const healthcheckMissing: Rule = {
  id: 'healthcheck-missing',
  severity: 'info',
  formats: ['Compose'],
  finds: 'A server without a health check',
  why: 'Services that depend on it start minutes before the model is loaded, and a hung engine looks healthy.',
  fix: 'Ask /health with python3, which every vLLM image has, and set start_period to the time of a start.',
  *check(tree) {
    for (const { source, node, at } of enginesOf(tree)) {
      if (source === 'compose' && node?.at('healthcheck').exists === false) yield { at, message: 'The service has no healthcheck.' };
    }
  },
};
