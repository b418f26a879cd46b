import type { Rule } from '../rule.ts';
import { enginesOf } from '../view/engines.ts';

export const modelMissing: Rule = {
  id: 'model-missing',
  severity: 'error',
  formats: ['Compose', 'Kubernetes', 'Helm values', 'shell', 'systemd', 'Dockerfile'],
  finds: 'A server that is told no model',
  why: 'vLLM then serves its small default model, and every request for the intended one fails with 404.',
  fix: 'Put the model id right behind `vllm serve`.',
  *check(tree) {
    for (const { engine, source, file } of enginesOf(tree)) {
      // The rest of a Dockerfile's command comes with `docker run`, that of a script with its arguments.
      if (engine.model !== null || source === 'dockerfile' || source === 'kserve') continue;
      const open = engine.words.some(({ open, text }) => open.length > 0 || /\$[@*{(\w]/.test(text));
      if (open || engine.flag('--config') !== null || engine.flag('--help') !== null) continue;
      // `"$@"` of a script leaves no word behind.
      if (/^(?:\\\n|[^\n])*?\$[{]?[@*]/.test(file.text.slice(engine.at.offset))) continue;
      yield { at: engine.at, message: 'The command names no model.' };
    }
  },
};
