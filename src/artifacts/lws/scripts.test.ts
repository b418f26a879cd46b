import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RAY_LEADER_SCRIPT, RAY_WORKER_SCRIPT } from './scripts.ts';
import { podVariables } from './test-support.ts';

/** Runs a script with stand-ins that write down their calls; the named ones fail, or count, as often as told. */
function callsOf(script: string, words: readonly string[], rank: number, { notYet = 0 } = {}): string[] {
  const dir = mkdtempSync(join(tmpdir(), 'ray-scripts-'));
  try {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's own spelling
    const log = 'echo "${0##*/} $*" >>"$LOG"';
    // Both look at a cluster that is incomplete the first times.
    const later = `[ "$(wc -l <"$LOG")" -gt ${notYet} ]`;
    const stubs = {
      ray: `${log}\n[ "$1" != status ] || ${later}`,
      python3: `${log}\n${later} && echo 2 || echo 1`,
      sleep: ':',
      vllm: log,
    };
    for (const [name, body] of Object.entries(stubs)) {
      writeFileSync(join(dir, name), `#!/bin/sh\n${body}\n`);
      chmodSync(join(dir, name), 0o755);
    }
    const env = { PATH: `${dir}:/usr/bin:/bin`, LOG: join(dir, 'log'), ...podVariables(rank, 2) };
    execFileSync('/bin/sh', ['-c', script, 'vllm', ...words], { env, stdio: 'pipe' });
    return readFileSync(env.LOG, 'utf8').trim().split('\n');
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

describe('scripts of a Ray cluster', () => {
  it('start the engine when every node is there', () => {
    const calls = callsOf(RAY_LEADER_SCRIPT, ['a/b', '--max-model-len', '10'], 0, { notYet: 3 });
    expect(calls[0]).toBe('ray start --head --port=6379 --node-ip-address=10.0.0.1');
    expect(calls.filter((call) => call.startsWith('python3'))).toHaveLength(3);
    expect(calls.at(-1)).toBe('vllm serve a/b --max-model-len 10');
  });

  it('join when the leader is there', () => {
    const calls = callsOf(RAY_WORKER_SCRIPT, [], 1, { notYet: 2 });
    expect(calls.filter((call) => call === 'ray status --address group-0.group.default:6379')).toHaveLength(3);
    expect(calls.at(-1)).toBe('ray start --block --address=group-0.group.default:6379 --node-ip-address=10.0.0.2');
  });
});
