import { describe, expect, it, test } from 'vitest';
import { WizardError } from '../errors/wizard-error.ts';
import { ConfigReader } from './config-reader.ts';

function problemOf(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (error instanceof WizardError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'no error';
}

describe('ConfigReader', () => {
  const config = new ConfigReader({
    n_layer: 3,
    empty: null,
    zero: 0,
    half: 0.5,
    flag: false,
    name: 'x',
    kinds: ['a', 'b'],
    numbers: [1, 0],
    text_config: { hidden_size: '4096' },
    blocks: [{ size: 1 }, { size: 2 }],
  });

  it('takes the first name that is present, and null for absent', () => {
    expect(config.int('num_hidden_layers', 'empty', 'n_layer')).toBe(3);
    expect(config.optionalInt('empty')).toBeNull();
    expect(config.bool('flag', true)).toBe(false);
    expect(config.bool('empty', true)).toBe(true);
    expect(config.optionalStrings('kinds')).toEqual(['a', 'b']);
    expect(config.optionalInts('numbers')).toEqual([1, 0]);
    expect(config.children('blocks').map((block) => block.int('size'))).toEqual([1, 2]);
    expect(config.optionalChild('vision_config')).toBeNull();
  });

  it('does not take inherited properties for fields', () => {
    expect(config.has('constructor', 'toString')).toBe(false);
  });

  test.each([
    {
      why: 'a missing field names every spelling',
      read: () => config.size('hidden_size', 'n_embd'),
      want: 'no field "hidden_size" or "n_embd"',
    },
    {
      why: 'the path of a nested field is given',
      read: () => config.child('text_config').size('hidden_size'),
      want: '"text_config.hidden_size" of the model configuration is "4096"',
    },
    { why: 'no size is 0', read: () => config.size('zero'), want: '"zero" of the model configuration is 0' },
    { why: 'no size is a fraction', read: () => config.int('half'), want: '"half" of the model configuration is 0.5' },
    { why: 'a flag is not a text', read: () => config.bool('name', true), want: '"name" of the model configuration is "x"' },
    {
      why: 'an object is not a list',
      read: () => config.child('kinds'),
      want: '"kinds" of the model configuration is a list of 2, not an object',
    },
    {
      why: 'numbers are not texts',
      read: () => config.optionalStrings('numbers'),
      want: '"numbers" of the model configuration is a list of 2',
    },
    { why: 'a config is an object', read: () => new ConfigReader([]), want: 'The model configuration is a list of 0, not an object' },
    {
      why: 'sizes beyond reason',
      read: () => new ConfigReader({ n: 1e15 }).int('n'),
      want: '"n" of the model configuration is 1000000000000000',
    },
    {
      why: 'lists beyond reason',
      read: () => new ConfigReader({ n: new Array(20_000).fill(1) }).optionalInts('n'),
      want: 'a list of 20000',
    },
  ])('MODEL_UNREADABLE: $why', ({ read, want }) => {
    expect(problemOf(read)).toMatch(/^MODEL_UNREADABLE/);
    expect(problemOf(read)).toContain(want);
  });

  it('refuses a setting by its name and value', () => {
    const refused = problemOf(() => config.child('text_config').refuse('hidden_size', 'it is a text'));
    expect(refused).toBe('MODEL_UNSUPPORTED: "text_config.hidden_size" is "4096": it is a text.');
  });

  it('cuts foreign text short in messages', () => {
    expect(problemOf(() => new ConfigReader({ n: 'y'.repeat(5000) }).int('n')).length).toBeLessThan(160);
  });
});
