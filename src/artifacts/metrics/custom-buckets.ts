import { z } from 'zod';
import type { Metric } from './metric.ts';

const FLAG = '--custom-histogram-buckets';
const LISTS = z.record(z.string(), z.array(z.number()));

/** The metric with the bounds that the server's own arguments give to its family. */
export function customBuckets(metric: Metric, argv: readonly string[]): Metric {
  const bounds = metric.family === null ? undefined : listsOf(argv)[metric.family];
  return bounds === undefined ? metric : { ...metric, buckets: [...bounds].sort((a, b) => a - b) };
}

function listsOf(argv: readonly string[]): { readonly [family: string]: readonly number[] | undefined } {
  const place = argv.findLastIndex((token) => token === FLAG || token.startsWith(`${FLAG}=`));
  if (place < 0) return {};
  const token = argv[place] ?? '';
  const text = token === FLAG ? (argv[place + 1] ?? '') : token.slice(FLAG.length + 1);
  try {
    return LISTS.parse(JSON.parse(text));
  } catch {
    // The server refuses it as well, and says why.
    return {};
  }
}
