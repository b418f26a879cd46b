import type { Rule } from '../rule.ts';
import { writtenEngines } from '../view/engines.ts';

export const variableInternal: Rule = {
  id: 'variable-internal',
  severity: 'warning',
  formats: ['Compose', 'Kubernetes', 'Helm values', 'shell', 'systemd', 'Dockerfile'],
  finds: '`VLLM_PORT` or `VLLM_HOST` set as if they were the address of the API',
  why: 'VLLM_PORT is where the workers of one engine meet; the API listens where --port says, and VLLM_HOST is read by nothing.',
  fix: 'Use --port and --host.',
  *check(tree) {
    for (const { engine, env } of writtenEngines(tree)) {
      const port = engine.flag('--port')?.value ?? '8000';
      for (const { name, raw, at } of env) {
        if (name === 'VLLM_HOST') yield { at, message: 'VLLM_HOST is read by nothing.' };
        if (name === 'VLLM_PORT' && raw === port)
          yield { at, message: `VLLM_PORT is ${port}, the port of the API, where the workers are to meet.` };
      }
    }
  },
};
