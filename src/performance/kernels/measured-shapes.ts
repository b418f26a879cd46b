import type { KernelTable } from '../../catalog/kernel-table.ts';
import type { MeasuredShape } from './head-shapes.ts';

const shapes = new WeakMap<KernelTable, Map<number, readonly MeasuredShape[]>>();

/**
 * The measured shapes of a table under one window, the same array every time. Tables of attention have keys for head size, window,
 * heads and KV heads; an encoder has as many KV heads as heads, a linear layer key heads and value heads of one size.
 */
export function measuredShapes(table: KernelTable, window = 0): readonly MeasuredShape[] {
  const byWindow = shapes.get(table) ?? new Map<number, readonly MeasuredShape[]>();
  shapes.set(table, byWindow);
  let found = byWindow.get(window);
  if (found === undefined) {
    const key = (name: string) => table.keys.indexOf(name);
    const [headDim, reach, heads, kvHeads] = [key('headDim'), key('window'), key('heads'), key('kvHeads')];
    const [keyHeads, valueHeads] = [key('keyHeads'), key('valueHeads')];
    found = table.series.flatMap((keys, series) => {
      if ((keys[reach] ?? 0) !== window) return [];
      const count = keys[heads] ?? keys[valueHeads] ?? 1;
      return [{ headDim: keys[headDim] ?? LINEAR_HEAD_DIM, heads: count, kvHeads: keys[kvHeads] ?? keys[keyHeads] ?? count, series }];
    });
    byWindow.set(window, found);
  }
  return found;
}

/** Linear layers were measured with this head size only. */
export const LINEAR_HEAD_DIM = 128;
