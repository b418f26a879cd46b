import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildDeployment } from '../deployment.ts';
import type { ArtifactKind } from '../kind.ts';
import { hostileText, type TestPlan, testPlan } from '../test-support.ts';
import { codeSpan, plainText, shellBlock, tableRow } from './markdown.ts';
import { renderRunbook } from './render.ts';

function runbook(plan: TestPlan = {}, kinds: readonly ArtifactKind[] = []): string {
  const result = testPlan(plan);
  return renderRunbook(buildDeployment(result), { result, words: [] }, kinds).text;
}

describe('renderRunbook', () => {
  it('tells every number with what it stands on', () => {
    const text = runbook({ args: { tensorParallelSize: 2 } });
    expect(text).toContain('| GPUs of one replica | 2 | tensor 2 x pipeline 1 x data 1 parallel |');
    expect(text).toContain('| shared memory | 8 GiB | 8 GiB of shared memory for 2 GPU processes (NCCL fails without) |');
    expect(text).toContain('| image | `vllm/vllm-openai:v0.33.0` | the planned release |');
  });

  it('puts the steps of the kinds in their order', () => {
    const kind = (title: string): ArtifactKind => ({ word: 'command', files: () => [], steps: () => [{ title, lines: ['x'] }] });
    const titles = [...runbook({}, [kind('One'), kind('Two')]).matchAll(/^## (.*)$/gm)].map(([, title]) => title);
    expect(titles).toEqual(['The numbers', 'Secrets', 'One', 'Two', 'Change something']);
  });

  it('keeps hostile names from becoming headings, rows or code', () => {
    fc.assert(
      fc.property(hostileText, (name) => {
        const text = runbook({ model: name, args: { servedModelName: name } });
        const headings = text.split('\n').filter((line) => line.startsWith('#'));
        expect(headings).toHaveLength(4);
        const table = text.split('\n').filter((line) => line.startsWith('| '));
        for (const row of table) expect(row.replaceAll('\\|', '').match(/\|/g)).toHaveLength(4);
      }),
    );
  });
});

describe('markdown', () => {
  it('fences code by more backticks than it holds', () => {
    expect([codeSpan('a'), codeSpan('a`b'), codeSpan('``'), codeSpan('a\nb')]).toEqual(['`a`', '``a`b``', '``` `` ```', '`a b`']);
    expect(shellBlock('echo ```')).toEqual(['````sh', 'echo ```', '````']);
  });

  it('escapes what ends a cell or starts markup', () => {
    expect(tableRow(['a|b', 'c'])).toBe('| a\\|b | c |');
    expect(plainText('*a* <b> [c]')).toBe('\\*a\\* \\<b\\> \\[c\\]');
  });
});
