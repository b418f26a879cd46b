import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseServeCommand } from '../../../src/engine/parse-serve-command.ts';
import { resolveVersion } from '../../../src/engine/version.ts';
import { layoutOf } from '../../../src/memory/plan-memory.ts';
import { weightKernelsFor } from '../../../src/memory/weight-kernels.ts';
import { weightsOfRank } from '../../../src/memory/weights.ts';
import { evaluate } from '../../../src/plan/evaluate.ts';
import { requestOf } from '../../support/judge.ts';

interface Case {
  readonly model: string;
  readonly args: readonly string[];
  readonly weights: readonly { readonly drafter?: Drafter }[];
}

interface Drafter {
  readonly parameter_bytes: number;
  /** Layers that share a name, bytes together, dtype. */
  readonly tensors: Readonly<Record<string, readonly [layers: number, bytes: number, dtype: string]>>;
}

const golden: { readonly cases: readonly Case[] } = JSON.parse(
  readFileSync(new URL('../oracle/0.33.0/models.json', import.meta.url), 'utf8'),
);
const cases = golden.cases.flatMap(({ model, args, weights }) => {
  const drafter = weights[0]?.drafter;
  return drafter === undefined ? [] : [{ model: model.replace('--', '/'), args, drafter }];
});

/** Embedding and heads are dropped again once the target's are put in their place. */
const SHARED = /embed_tokens[.]weight$|(lm_head|shared_head[.]head)[.]weight$/;

describe('layers that speculation loads, against the modules that vLLM 0.33.0 makes', () => {
  test('there are some', () => expect(cases.length).toBeGreaterThan(4));

  test.each(cases)('$model $args', ({ model, args: words, drafter }) => {
    const vllm = resolveVersion('0.33.0');
    const { args } = parseServeCommand(['vllm', 'serve', model, ...words], vllm.version);
    const request = { ...requestOf({ model, gpu: 'H100', gpus: 16, version: '0.33.0' }), args };
    const { settings } = evaluate(request, args);
    const spec = request.model;
    const { draft } = weightsOfRank(
      spec,
      layoutOf(settings),
      { stage: 0, tensorRank: 0, dataRank: 0 },
      {
        dtype: settings.dtype,
        quantization: spec.quantization,
        kernels: weightKernelsFor({ capability: 90, version: vllm.version, lora: false }),
        splitTowers: true,
        towers: true,
        loraSlots: null,
        draft: { method: settings.speculativeMethod, version: vllm.version },
      },
    );
    const shared = Object.entries(drafter.tensors).filter(([name]) => SHARED.test(name));
    const kept = drafter.parameter_bytes - shared.reduce((total, [, [, size]]) => total + size, 0);
    // Quantized layers are repacked after that count, and gain the wide copies of latent attention.
    const allowed = spec.quantization.method === 'none' ? 0 : 0.005 * kept;
    expect(Math.abs(draft - kept)).toBeLessThanOrEqual(allowed);
  });
});
