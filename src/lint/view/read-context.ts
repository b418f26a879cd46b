import type { Version } from '../../engine/version.ts';
import { WizardError } from '../../errors/wizard-error.ts';
import type { Hit, Spot } from '../rule.ts';

/** What every reader of containers knows beside the file. */
export interface ReadContext {
  /** The release that the user says; it beats every image tag. */
  readonly asked: Version | null;
  /** Commands that cannot be read are collected here. */
  readonly broken: Hit[];
}

/** What `read` returns, or `otherwise` where the words of a command cannot be told apart (a quote is not closed). */
export function attempt<T>(read: () => T, otherwise: T, at: Spot, { broken }: ReadContext): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof WizardError)) throw error;
    broken.push({ at, message: error.message });
    return otherwise;
  }
}
