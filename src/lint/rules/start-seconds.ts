import { type Derived, startupSeconds } from '../../artifacts/budgets.ts';
import type { Engine } from '../view/engines.ts';
import type { Tree } from '../view/tree.ts';

/**
 * Seconds until the server of a container answers, on slow but usual networks and disks. For a model of unknown size only
 * what every start takes.
 */
export function startSeconds({ engine }: Engine, { weightBytes }: Tree): Derived {
  const { model, enforceEager } = engine.args;
  const bytes = weightBytes(model) ?? 0;
  const downloads = !model.startsWith('/') && !model.startsWith('s3://');
  const { value, because } = startupSeconds({ weightBytesOnDisk: bytes, downloads, eager: enforceEager ?? false, moe: false });
  return bytes === 0 ? { value, because: `a start takes ${value} s or more (compilation and graphs)` } : { value, because };
}
