import { isAtLeast } from '../../engine/version.ts';
import type { Rule } from '../rule.ts';
import { writtenEngines } from '../view/engines.ts';

export const modelFlagDeprecated: Rule = {
  id: 'model-flag-deprecated',
  severity: 'warning',
  formats: ['Compose', 'Kubernetes', 'Helm values', 'shell', 'systemd', 'Dockerfile'],
  finds: '`--model` behind `vllm serve`',
  why: 'The model is a positional argument there; the flag warns since 0.20 and goes away.',
  fix: 'Write the model right behind `vllm serve`.',
  *check(tree) {
    for (const container of writtenEngines(tree)) {
      const { engine } = container;
      const flag = engine.flag('--model');
      // Arguments without an entrypoint of their own are another rule's.
      if (flag === null || engine.words[1]?.text !== 'serve' || container.firstArgument !== null) continue;
      const state = isAtLeast(engine.version, '0.20.0') ? 'is deprecated' : 'is not for this command';
      yield {
        at: flag.at,
        message: `--model behind vllm serve ${state} in vLLM ${engine.version.join('.')}.`,
        fix: `Write: vllm serve ${flag.value ?? 'MODEL'} …`,
      };
    }
  },
};
