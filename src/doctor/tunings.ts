import { MEMORY_TUNINGS } from './memory-tunings.ts';
import { SETTING_TUNINGS } from './setting-tunings.ts';
import type { Tuning } from './tuning.ts';

const ALL = { ...MEMORY_TUNINGS, ...SETTING_TUNINGS };

export type TuningName = keyof typeof ALL;

/** Every way to change a command that a cause may name. */
export const TUNINGS: Readonly<Record<TuningName, Tuning>> = ALL;
