import type { Rule } from '../rule.ts';

export const bindOfUnsetVariable: Rule = {
  id: 'bind-of-unset-variable',
  severity: 'error',
  formats: ['Compose', 'shell'],
  finds: 'A volume whose host folder is a variable without a default (`$HF_HOME:/root/…`)',
  why: 'Where the variable is not set, the argument begins with a colon: docker refuses it, Compose makes another volume of it.',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: shell's and Compose's own spelling
  fix: 'Give it a default: ${HF_HOME:-$HOME/.cache/huggingface}, or stop where it is missing: ${HF_HOME:?set HF_HOME}.',
  *check({ containers }) {
    for (const { binds } of containers) {
      for (const { at, raw, open } of binds) {
        const found = /^["']?\$(?:\{(\w+)\}|(\w+))(?=[:/"'])/.exec(raw);
        const name = found?.[1] ?? found?.[2] ?? null;
        // Every login sets these.
        if (name === null || /^(HOME|PWD|USER)$/.test(name) || !open.some((one) => one.includes(name))) continue;
        yield { at, message: `The host folder is $${name}, which is empty where nobody sets it.` };
      }
    }
  },
};
