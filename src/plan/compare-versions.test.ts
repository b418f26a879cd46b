import { describe, expect, it } from 'vitest';
import { type Case, requestOf } from '../../test/support/judge.ts';
import { RELEASES } from '../engine/version.ts';
import { compareAcrossVersions } from './compare-versions.ts';
import { FIGURE_NAMES } from './versions/version-figures.ts';

const spec: Omit<Case, 'version'> = { model: 'Qwen/Qwen3-8B', gpu: 'H100', args: { maxModelLen: 32_768 } };

describe('compareAcrossVersions', () => {
  const comparison = compareAcrossVersions(RELEASES.map((version) => requestOf({ ...spec, version })));

  it('has a row a release and a step between neighbours', () => {
    expect(comparison.rows.map((row) => row.vllm_version)).toEqual(RELEASES);
    expect(comparison.changes).toHaveLength(RELEASES.length - 1);
  });

  it('gives causes whose differences add up to the whole difference', () => {
    for (const { effects, rules } of comparison.changes) {
      for (const name of FIGURE_NAMES) {
        const sum = rules.reduce((total, rule) => total + (rule.effects.differences[name] ?? 0), 0);
        expect(sum).toBeCloseTo(effects.differences[name] ?? 0, 6);
      }
    }
  });

  it('names the new default of the utilisation in 0.20', () => {
    const { changes } = compareAcrossVersions(['0.19.1', '0.20.0'].map((version) => requestOf({ ...spec, version })));
    const rule = changes[0]?.rules.find((change) => change.rule === 'defaultUtilization');
    expect(rule?.why).toContain('from 0.90 to 0.92');
    expect(rule?.effects.differences.requested_bytes).toBeGreaterThan(1.5e9);
  });

  it('attributes arguments that differ to the arguments', () => {
    const { changes } = compareAcrossVersions([
      requestOf({ ...spec, version: '0.24.0' }),
      requestOf({ ...spec, version: '0.24.0', args: { maxModelLen: 16_384 } }),
    ]);
    const last = changes[0]?.rules.at(-1);
    expect(last?.why).toBe('Arguments differ: --max-model-len 32768 became 16384.');
    expect(last?.effects.differences.max_model_len).toBe(-16_384);
  });

  it('leaves figures open where the layout is refused before any arithmetic', () => {
    const refused = { model: 'meta-llama/Llama-3.1-8B-Instruct', gpu: 'H100', gpus: 3, args: { tensorParallelSize: 3 } };
    const { rows, changes } = compareAcrossVersions(['0.20.0', '0.33.0'].map((version) => requestOf({ ...refused, version })));
    expect(rows[0]).toMatchObject({ verdict: 'fails', weights_bytes: null, tokens: null });
    expect(changes[0]?.effects.differences).toEqual({});
  });
});
