import type { Release } from '../engine/version.ts';
import type { OomStage } from './oom-stage.ts';
import type { Readings } from './readings.ts';
import type { TuningName } from './tunings.ts';

/** How to get rid of a cause. */
export type Remedy =
  /** Change the command: the first of these whose result passes `check`. */
  | { readonly kind: 'command'; readonly tunings: readonly TuningName[] }
  /** The same command with a variable before it. */
  | { readonly kind: 'environment'; readonly name: string; readonly value: string; readonly effect: string }
  /** Something outside of the command; then the same command. */
  | { readonly kind: 'outside'; readonly change: string; readonly effect: string };

/** What a message said. */
export interface Evidence {
  readonly readings: Readings;
  /** Named groups of the pattern; what the log cut off is missing. */
  readonly facts: Readonly<Record<string, string | undefined>>;
}

/** One class of reason why an engine does not start, or does not keep running. */
export interface Cause {
  /** Stable; scripts may rely on it. */
  readonly id: string;
  readonly title: string;
  /** Any of these is enough. */
  readonly patterns: readonly RegExp[];
  /**
   * `cause`: names the reason. `general`: names a family of reasons, so a cause beats it. `error`: an exception of no known
   * family. `wrapper`: says that something else failed. `remark`: engines start in spite of it.
   */
  readonly rank: 'cause' | 'general' | 'error' | 'wrapper' | 'remark';
  /** The engine logs it as information or warning; other causes are not looked for on such lines. */
  readonly anyLevel?: true;
  /** Set where the same message means different things at different points of a start-up. */
  readonly stage?: OomStage;
  /** One plain sentence, with the numbers of this log. */
  readonly explain: (evidence: Evidence) => string;
  /** Best first. */
  readonly remedies: readonly Remedy[];
  /** First release with this message; absent: all. */
  readonly since?: Release;
  /** Last release with it; absent: the newest. */
  readonly last?: Release;
  /** File of vLLM or page that says so. */
  readonly source: string;
}

export const change = (...tunings: readonly TuningName[]): Remedy => ({ kind: 'command', tunings });
export const outside = (what: string, effect: string): Remedy => ({ kind: 'outside', change: what, effect });
export const environment = (name: string, value: string, effect: string): Remedy => ({ kind: 'environment', name, value, effect });

/** "4.54 GiB", or a word for what the log cut off. */
export function gibText(value: number | string | null | undefined): string {
  return value === null || value === undefined ? 'an unknown amount' : `${value} GiB`;
}
