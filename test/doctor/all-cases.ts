import { BEFORE, type LogCase } from './cases.ts';

export const CASES: readonly LogCase[] = [...BEFORE];
