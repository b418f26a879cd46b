import type { Rule } from '../rule.ts';
import { writtenEngines } from '../view/engines.ts';

export const trustRemoteCodeUnpinned: Rule = {
  id: 'trust-remote-code-unpinned',
  severity: 'warning',
  formats: ['Compose', 'Kubernetes', 'Helm values', 'shell', 'systemd', 'Dockerfile'],
  finds: '`--trust-remote-code` without a pinned `--revision`',
  why: "Whoever can push to the model's repository runs code in your container at the next start.",
  fix: 'Read the code once, then pin it: --revision COMMIT (and --code-revision where the code lives elsewhere).',
  *check(tree) {
    for (const { engine, node } of writtenEngines(tree)) {
      const flag = engine.flag('--trust-remote-code');
      const revision = engine.flag('--code-revision')?.value ?? engine.args.revision ?? node?.at('modelRevision').text ?? null;
      if (flag === null || isLocal(engine.args.model) || (revision !== null && isPinned(revision))) continue;
      const found = revision === null ? 'no revision is pinned' : `the revision ${revision} is a name that moves`;
      yield { at: flag.at, message: `The model brings its own code, and ${found}.` };
    }
  },
};

function isLocal(model: string): boolean {
  return model.startsWith('/') || model.startsWith('.');
}

/** A commit, or a name that is no branch of everyday use. */
function isPinned(revision: string): boolean {
  return !/^(main|master|dev|latest)$/.test(revision);
}
