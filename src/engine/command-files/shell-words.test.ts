// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of a shell
import { describe, expect, it, test } from 'vitest';
import { readScript } from './shell-words.ts';

function words(script: string, known: Readonly<Record<string, string>> = {}): string[][] {
  return readScript(script, new Map(Object.entries(known))).map((statement) => statement.map(({ text }) => text));
}

describe('readScript', () => {
  test.each([
    { why: 'continuations', script: 'vllm serve m \\\n  --a 1 \\\r\n  --b', want: [['vllm', 'serve', 'm', '--a', '1', '--b']] },
    { why: 'commands on one line', script: 'a 1; b 2 && c 3 | d', want: [['a', '1'], ['b', '2'], ['c', '3'], ['d']] },
    { why: 'comments', script: '# x\na b # c\n#d', want: [['a', 'b']] },
    { why: 'quotes', script: `a 'b c' "d \\"e\\"" f\\ g`, want: [['a', 'b c', 'd "e"', 'f g']] },
    { why: 'JSON in single quotes', script: `a --c '{"k": 1}'`, want: [['a', '--c', '{"k": 1}']] },
    { why: 'JSON without quotes around it', script: 'a --c={"k":1}', want: [['a', '--c={k:1}']] },
    { why: 'here-documents', script: "cat > f <<'EOF'\nit's vllm\nEOF\nb", want: [['cat', '>', 'f', '<<EOF'], ['b']] },
    { why: 'redirections stay words', script: 'a > log 2>&1', want: [['a', '>', 'log', '2>&1']] },
  ])('$why', ({ script, want }) => {
    expect(words(script)).toEqual(want);
  });

  test.each([
    { why: 'assigned before', script: 'M=org/m\na $M "${M}"', want: ['a', 'org/m', 'org/m'] },
    { why: 'exported', script: 'export TP=4\na --tp=$TP', want: ['a', '--tp=4'] },
    { why: 'a default', script: 'a ${TP:-2} ${X-3} ${Y:=4}', want: ['a', '2', '3', '4'] },
    { why: 'a default that is a variable', script: 'B=7\na ${A:-${B}}', want: ['a', '7'] },
    { why: 'set from outside beats the default', script: 'a ${TP:-2}', known: { TP: '8' }, want: ['a', '8'] },
    { why: 'unquoted values split', script: 'E="--x 1 --y"\na $E', want: ['a', '--x', '1', '--y'] },
    { why: 'quoted values do not', script: 'E="--x 1"\na "$E"', want: ['a', '--x 1'] },
    { why: 'arrays', script: 'A=(--x 1\n  --y)\nA+=(--z)\na "${A[@]}"', want: ['a', '--x', '1', '--y', '--z'] },
    { why: 'an empty value is no word', script: 'E=\na $E b', want: ['a', 'b'] },
    { why: 'all arguments of the script', script: 'a "$@" b', want: ['a', 'b'] },
    { why: 'an alternative', script: 'X=1\na ${X:+--on} ${Z:+--off}', want: ['a', '--on'] },
  ])('replaces variables: $why', ({ script, known, want }) => {
    expect(words(script, known).at(-1)).toEqual(want);
  });

  it('keeps what nobody sets, and lists it', () => {
    const [statement = []] = readScript('a $M --n=$(nproc) "${K:?needed}"', new Map());
    expect(statement.map(({ text, open }) => [text, open])).toEqual([
      ['a', []],
      ['$M', ['$M']],
      ['--n=$(nproc)', ['$(nproc)']],
      ['${K:?needed}', ['${K:?needed}']],
    ]);
  });

  it('forgets a variable whose value is not known', () => {
    const statements = readScript('A=1\nA=${B:?}\nx $A', new Map());
    expect(statements.at(-1)?.[1]).toMatchObject({ text: '$A', open: ['$A'] });
  });

  it('knows where each word begins', () => {
    const script = 'x\n  vllm serve\n';
    const statement = readScript(script, new Map())[1] ?? [];
    expect(statement.map(({ offset }) => script.slice(offset).split(/\s/)[0])).toEqual(['vllm', 'serve']);
  });

  it('says in which line a quote was left open', () => {
    expect(() => readScript('a\nb "c', new Map())).toThrow(/double quote is not closed, from line 2/);
  });
});
