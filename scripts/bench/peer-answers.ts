import { readFileSync } from 'node:fs';

/** What a script of `scripts/peers/` wrote: a head, then one line a row. */
export interface PeerAnswers {
  readonly peer: string;
  readonly version: string;
  readonly date: string;
  readonly mode: string;
  readonly byRow: ReadonlyMap<string, PeerAnswer>;
}

/** `data`: what the figures rest on, in the peer's words. `reason`: why there are none. */
export type PeerAnswer =
  | { readonly id: string; readonly ttft_ms: number; readonly tpot_ms: number; readonly data: string; readonly warns?: string }
  | { readonly id: string; readonly reason: string };

type PeerHead = Omit<PeerAnswers, 'byRow'>;

export function readPeerAnswers(path: string): PeerAnswers {
  return parsePeerAnswers(readFileSync(path, 'utf8'));
}

export function parsePeerAnswers(text: string): PeerAnswers {
  const [first = '{}', ...rest] = text.split('\n').filter((line) => line !== '');
  const head: PeerHead = JSON.parse(first);
  const answers = rest.map((line): PeerAnswer => JSON.parse(line));
  return { ...head, byRow: new Map(answers.map((answer) => [answer.id, answer])) };
}
