import type { Family } from '../family.ts';
import { readKimiLinearText } from './read-text.ts';

export const kimiLinear: Family = {
  name: 'kimi-linear',
  architectures: ['KimiLinearForCausalLM'],
  modelTypes: ['kimi_linear'],
  read: readKimiLinearText,
};
