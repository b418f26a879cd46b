import type { Rule } from '../rule.ts';
import { enginesOf } from '../view/engines.ts';

export const entrypointImplicit: Rule = {
  id: 'entrypoint-implicit',
  severity: 'warning',
  formats: ['Compose', 'Kubernetes', 'Helm values', 'shell', 'Dockerfile'],
  finds: "Arguments that count on the image's own entrypoint",
  why: 'Images differ: one entrypoint ignores a positional model and serves the default one, the other deprecates --model.',
  fix: 'Set the entrypoint to ["vllm", "serve"] and put the model first in the arguments.',
  *check(tree) {
    for (const { firstArgument, engine, file, source, node } of enginesOf(tree)) {
      // The production-stack chart and KServe set the command themselves.
      if (firstArgument === null || isCommand(firstArgument.text) || source === 'kserve') continue;
      if (source === 'values' && node?.at('modelURL').exists === true) continue;
      const model = engine.flag('--model');
      yield {
        at: { file, offset: firstArgument.offset },
        message:
          model === null
            ? 'The model is a positional argument of an entrypoint that is not set; images whose entrypoint is the old module ignore it.'
            : '--model goes to an entrypoint that is not set; where the image runs vllm serve, it is deprecated.',
      };
    }
  },
};

/** A command of its own is another mistake. */
export function isCommand(word: string): boolean {
  return /(^|\/)(vllm|python[\d.]*|(ba|da|z)?sh)$/.test(word);
}
