import { describe, expect, test } from 'vitest';
import { flagTable } from './flags.ts';
import { everyChoiceOf } from './generated-flags.ts';
import { REMOVED_FLAGS } from './removed-flags.ts';
import { parseRelease, RELEASES, resolveVersion } from './version.ts';

const at = (version: string) => flagTable(resolveVersion(version).version);

describe('flagTable', () => {
  test.each([
    { why: 'a value list of its time', version: '0.12', flag: '--kv-cache-dtype', choice: 'nvfp4', want: false },
    { why: 'the same list later', version: '0.24', flag: '--kv-cache-dtype', choice: 'nvfp4', want: true },
    { why: 'a method that moved to a plugin', version: '0.33', flag: '--quantization', choice: 'gguf', want: false },
    { why: 'a method of old', version: '0.10.0', flag: '--quantization', choice: 'gguf', want: true },
  ])('$why', ({ version, flag, choice, want }) => {
    expect(at(version).find(flag)?.choices?.includes(choice)).toBe(want);
  });

  test('knows every spelling that switches a flag off', () => {
    expect(at('0.33').findOff('--enable-cascade-attn')?.name).toBe('--disable-cascade-attn');
    expect(at('0.33').findOff('--no-enable-prefix-caching')?.name).toBe('--enable-prefix-caching');
    expect(at('0.24').findOff('--enable-cascade-attn')).toBeNull();
  });

  test('reads -O as its time does', () => {
    expect(at('0.11.0').find('-O')?.name).toBe('--compilation-config');
    expect(at('0.12').find('-O')?.name).toBe('--optimization-level');
  });

  test('lets values be open where the engine does', () => {
    expect(at('0.33').find('--distributed-executor-backend')?.choices).toBeNull();
  });

  test.each(RELEASES)('%s has the flags that every release has', (release) => {
    const table = at(release);
    for (const name of ['--model', '--max-model-len', '--gpu-memory-utilization', '--tensor-parallel-size', '-tp', '-q', '--port']) {
      expect(table.find(name), name).not.toBeNull();
    }
  });
});

/** The hand-read list explains flags; where it and the recorded parsers both speak, they agree on when a flag was still there. */
test.each(
  REMOVED_FLAGS.filter(({ name, last }) => !name.endsWith('*') && last !== '0.7.3' && last !== '0.8.0').map(({ name, last }) => ({
    name,
    last,
  })),
)('$name is in $last', ({ name, last }) => {
  expect(flagTable(parseRelease(last)).find(name)).not.toBeNull();
});

test('everyChoiceOf joins all releases', () => {
  expect(everyChoiceOf('--kv-cache-dtype')).toEqual(expect.arrayContaining(['auto', 'fp8_inc', 'nvfp4']));
});
