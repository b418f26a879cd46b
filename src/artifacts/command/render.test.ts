import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseServeCommand } from '../../engine/parse-serve-command.ts';
import { splitShellWords } from '../../engine/split-shell-words.ts';
import { buildDeployment } from '../deployment.ts';
import { hostileWord, runShell, testPlan } from '../test-support.ts';
import { renderServeCommand, renderServeScript } from './render.ts';

describe('renderServeScript', () => {
  it('reads like this', () => {
    expect(
      renderServeScript(buildDeployment(testPlan({ args: { tensorParallelSize: 2, env: { VLLM_LOGGING_LEVEL: 'DEBUG' } } }))),
    ).toMatchInlineSnapshot(`
        "#!/bin/sh
        # meta-llama/Llama-3.1-8B-Instruct on 2 x NVIDIA H100 SXM 80 GB, vLLM 0.33.0; written by vllm-wizard 1.0.0.
        # 482 s to start: download 16.1 GB at 100 MB/s 161 s, load at 200 MB/s 81 s, compile and capture graphs 180 s, margin 60 s
        # GPUs: tensor 2 x pipeline 1 x data 1 parallel
        set -eu
        export VLLM_LOGGING_LEVEL=DEBUG
        exec vllm serve \\
          meta-llama/Llama-3.1-8B-Instruct \\
          --tensor-parallel-size 2 \\
          --max-model-len 8192 \\
          --gpu-memory-utilization 0.9 \\
          --max-num-seqs 64
        "
      `);
  });

  it('hands the engine exactly the planned arguments and environment', () => {
    fc.assert(
      fc.property(hostileWord, hostileWord, hostileWord, (model, servedModelName, value) => {
        const deployment = buildDeployment(testPlan({ model, args: { servedModelName, env: { NOTE: value } } }));
        const call = runShell(renderServeScript(deployment));
        expect(call.argv).toEqual(['vllm', 'serve', ...deployment.argv]);
        expect(call.env.NOTE).toBe(value);
      }),
      { numRuns: 25 },
    );
  });

  it('refuses to start without a secret that the server was planned with', () => {
    const script = renderServeScript(buildDeployment(testPlan({ args: { otherFlags: [{ name: '--api-key', value: 'sk-1' }] } })));
    expect(() => runShell(script)).toThrow(/VLLM_API_KEY/);
    expect(runShell(script, { VLLM_API_KEY: 'sk-1' }).argv).not.toContain('--api-key');
  });
});

describe('renderServeCommand', () => {
  it('is a command that check reads back to the same arguments', () => {
    fc.assert(
      fc.property(hostileWord, hostileWord, (model, servedModelName) => {
        const plan = testPlan({
          model,
          args: { servedModelName, speculation: { method: 'eagle3', model: 'a/b', numSpeculativeTokens: 3 } },
        });
        const words = splitShellWords(renderServeCommand(buildDeployment(plan)));
        expect(parseServeCommand(words, plan.request.vllm.version).args).toEqual(plan.args);
      }),
    );
  });

  it('carries a warning about remote code, and how to pin it', () => {
    const unpinned = renderServeCommand(buildDeployment(testPlan({ args: { trustRemoteCode: true } })));
    expect(unpinned).toMatch(/^# WARNING: --trust-remote-code runs Python code/);
    expect(unpinned).toContain('--revision with the full commit hash');
    const pinned = renderServeCommand(buildDeployment(testPlan({ args: { trustRemoteCode: true, revision: 'a'.repeat(40) } })));
    expect(pinned).not.toContain('full commit hash');
  });

  it('says what several nodes need first', () => {
    const wide = { nodes: 2, count: 16, args: { tensorParallelSize: 8, pipelineParallelSize: 2 } };
    const script = (version: string): string => renderServeScript(buildDeployment(testPlan({ ...wide, version })));
    expect(script('0.17.1')).toContain('# Join 2 nodes to one Ray cluster first');
    expect(script('0.17.1')).not.toContain('install ray');
    expect(script('0.18.0')).toContain('install ray on every node');
  });
});
