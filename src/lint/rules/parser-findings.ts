import { maskSecrets } from '../../doctor/mask-secrets.ts';
import type { Hit } from '../rule.ts';
import { writtenEngines } from '../view/engines.ts';
import type { Tree } from '../view/tree.ts';

/** What the argument parser of the engine's release says under one of its codes. */
export function* findingsOf(tree: Tree, code: string): Generator<Hit> {
  for (const { engine } of writtenEngines(tree)) {
    for (const finding of engine.findings) {
      if (finding.code !== code || ABOUT_CONFIG.test(finding.message)) continue;
      const message = maskSecrets(finding.message);
      yield finding.fix === null ? { at: finding.at, message } : { at: finding.at, message, fix: maskSecrets(finding.fix) };
    }
  }
}

/** A remark about what `check` does not read, and no mistake. */
const ABOUT_CONFIG = /inside the file of --config/;
