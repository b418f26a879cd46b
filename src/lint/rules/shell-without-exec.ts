import { readScript } from '../../engine/command-files/shell-words.ts';
import { WizardError } from '../../errors/wizard-error.ts';
import type { Rule } from '../rule.ts';
import { enginesOf } from '../view/engines.ts';
import { spotOf } from '../view/kubernetes.ts';

export const shellWithoutExec: Rule = {
  id: 'shell-without-exec',
  severity: 'warning',
  formats: ['Compose', 'Kubernetes'],
  finds: 'A shell in a container that starts vLLM without `exec`',
  why: 'SIGTERM reaches the shell and not the server, which is then killed with its requests when the grace period ends.',
  fix: 'Write `exec vllm serve …` as the last command of the script.',
  *check(tree) {
    for (const { node, file, source } of enginesOf(tree)) {
      if (node === null || (source !== 'compose' && source !== 'kubernetes')) continue;
      const lists = source === 'compose' ? ['entrypoint', 'command'] : ['command', 'args'];
      const words = lists.flatMap((key) => node.at(key).items());
      const shell = words.findIndex(({ text }) => /(^|\/)(ba|da|z)?sh$/.test(text ?? ''));
      const flag = words.findIndex(({ text }, index) => shell >= 0 && index > shell && /^-[a-z]*c$/.test(text ?? ''));
      const script = words[flag + 1];
      if (flag < 0 || script?.text == null || !needsExec(script.text)) continue;
      yield {
        at: spotOf(file, script),
        message: 'The shell stays between Kubernetes or Docker and the server, and does not hand signals on.',
      };
    }
  },
};

/** A shell with one command alone replaces itself by it. */
function needsExec(script: string): boolean {
  if (/\bexec\s+([\w./-]*\s+)*([\w./-]*vllm|[\w./-]*python3?)\b/.test(script) || /\btrap\b/.test(script)) return false;
  try {
    return readScript(script, new Map()).length > 1;
  } catch (error) {
    if (error instanceof WizardError) return false;
    throw error;
  }
}
