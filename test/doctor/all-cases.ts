import { BEFORE, type LogCase } from './cases.ts';
import { AFTER } from './held-out.ts';
import { AFTER_REVISION, AFTER_SECOND_REVISION, AFTER_SOURCES, AFTER_THIRD_REVISION } from './held-out-again.ts';

export const CASES: readonly LogCase[] = [
  ...BEFORE,
  ...AFTER,
  ...AFTER_REVISION,
  ...AFTER_SECOND_REVISION,
  ...AFTER_THIRD_REVISION,
  ...AFTER_SOURCES,
];
