import type { Family } from '../family.ts';
import { readLfm2Text } from './read-text.ts';

export const lfm2: Family = {
  name: 'lfm2',
  architectures: ['Lfm2ForCausalLM', 'Lfm2MoeForCausalLM'],
  modelTypes: ['lfm2', 'lfm2_moe'],
  read: readLfm2Text,
};
