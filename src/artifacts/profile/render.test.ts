import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GPU_LIST } from '../../catalog/gpus.ts';
import { matchGpu } from '../../catalog/match-gpu.ts';
import { applyServeWords } from '../../engine/parse-serve-command.ts';
import { defaultServeArgs } from '../../engine/serve-args.ts';
import { parseProfile } from '../../plan/parse-profile.ts';
import { profileFlagWords } from '../../plan/profile-flags.ts';
import { buildDeployment } from '../deployment.ts';
import { DEFAULT_OPTIONS } from '../deployment-options.ts';
import { hostileWord, type TestPlan, testPlan } from '../test-support.ts';
import { profileOf } from './input.ts';
import { renderProfile } from './render.ts';

function profileText(plan: TestPlan = {}): string {
  const result = testPlan(plan);
  return renderProfile(buildDeployment(result), profileOf(result, DEFAULT_OPTIONS, ['command', 'profile']));
}

describe('renderProfile', () => {
  it('reads like this', () => {
    expect(profileText({ args: { tensorParallelSize: 2, enforceEager: true, optimizationLevel: 1 } })).toMatchInlineSnapshot(`
      "# meta-llama/Llama-3.1-8B-Instruct on 2 x NVIDIA H100 SXM 80 GB, vLLM 0.33.0; written by vllm-wizard 1.0.0.
      # Plan again: vllm-wizard generate --profile profile.yaml --output-dir .

      profile_version: 2
      vllm_version: 0.33.0
      model:
        id: meta-llama/Llama-3.1-8B-Instruct
        max_model_len: 8192
      hardware:
        gpu_name: h100-sxm-80gb
        gpus: 2
        nodes: 1
        interconnect: unknown
        tp_size: 2
      workload:
        prompt_tokens: 512
        gen_tokens: 256
        concurrency: 1
        streaming: true
        mode: balanced
        num_prompts: 10
        random_range_ratio: 0
        prefix_hit_rate: 0
        acceptance_length: 1
      policy:
        gpu_memory_utilization: 0.9
        headroom_gb: 1
      outputs:
        emit:
          - command
          - profile
        vllm_args:
          max-num-seqs: 64
          enforce-eager: true
          optimization-level: 1
      "
    `);
  });

  it('is read back to the same profile', () => {
    fc.assert(
      fc.property(hostileWord, hostileWord, (model, servedModelName) => {
        const result = testPlan({ model, args: { servedModelName, maxModelLen: 'auto' } });
        const profile = profileOf(result, { replicas: 3, gpuHourUsd: 2.5 }, ['k8s']);
        expect(parseProfile(renderProfile(buildDeployment(result), profile), 'profile.yaml')).toEqual(profile);
      }),
    );
  });

  it('pins the flags that have no key of their own', () => {
    const args = {
      servedModelName: 'odd one',
      enablePrefixCaching: false,
      enforceEager: true,
      optimizationLevel: 3,
      speculation: { method: 'eagle3', model: 'a/b', numSpeculativeTokens: 3 },
      otherFlags: [
        { name: '--lora-modules', value: 'x=y' },
        { name: '--lora-modules', value: 'z=w' },
      ],
    };
    const result = testPlan({ args });
    const { outputs } = parseProfile(profileText({ args }), 'profile.yaml');
    const words = profileFlagWords(outputs?.vllm_args ?? {});
    const { args: read, findings } = applyServeWords(defaultServeArgs('m'), words, result.request.vllm.version);
    expect(findings).toEqual([]);
    expect(read).toEqual({ ...defaultServeArgs('m'), ...args, maxNumSeqs: 64 });
  });

  it('names every GPU so that it is found again', () => {
    for (const gpu of GPU_LIST) expect(matchGpu(gpu.id)).toMatchObject({ gpu: { id: gpu.id } });
  });

  it('holds no secret', () => {
    const text = profileText({ args: { env: { HF_TOKEN: 'hf_x' }, otherFlags: [{ name: '--api-key', value: 'sk_x' }] } });
    expect(text).not.toMatch(/hf_x|sk_x/);
    expect(text).toContain('HF_TOKEN, VLLM_API_KEY');
  });
});
