import { describe, expect, test } from 'vitest';
import { splitShellWords } from './split-shell-words.ts';

describe('splitShellWords', () => {
  test.each([
    { why: 'plain words', line: 'vllm serve  a/b\t--port 8', want: ['vllm', 'serve', 'a/b', '--port', '8'] },
    { why: 'single quotes keep JSON', line: `--cc '{"mode": 3}'`, want: ['--cc', '{"mode": 3}'] },
    { why: 'double quotes with escapes', line: `--cc "{\\"mode\\": 3}"`, want: ['--cc', '{"mode": 3}'] },
    { why: 'quotes inside a word', line: `a'b c'"d"`, want: ['ab cd'] },
    { why: 'an empty argument', line: `--x ''`, want: ['--x', ''] },
    { why: 'continuation lines', line: 'vllm serve m \\\n  --port 1', want: ['vllm', 'serve', 'm', '--port', '1'] },
    { why: 'continuation lines of Windows files', line: 'a \\\r\n b', want: ['a', 'b'] },
    { why: 'comments', line: 'a # not this\nb c#d', want: ['a', 'b', 'c#d'] },
    { why: 'variables stay as written', line: 'a "$HOME/x"', want: ['a', '$HOME/x'] },
  ])('$why', ({ line, want }) => {
    expect(splitShellWords(line)).toEqual(want);
  });

  test('an unclosed quote says where it opened', () => {
    expect(() => splitShellWords(`vllm serve 'x`)).toThrow('unclosed single quote at character 12');
  });
});
