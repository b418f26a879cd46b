import type { ServeArgs } from '../../engine/serve-args.ts';
import type { Deployment } from '../deployment.ts';
import { headerComment } from '../file-header.ts';
import { secretChecks } from '../secret-checks.ts';
import { groupFlags, type ShellWord, shellLines } from '../shell-quote.ts';
import { benchArgv, FRESH_SEED, RESULT_FILE } from './bench-argv.ts';
import type { ClientLoad } from './client-load.ts';

/** The same benchmark from a shell of a host on which vLLM is installed. */
export function hostScript(deployment: Deployment, load: ClientLoad, args: ServeArgs): string {
  const { port, secrets } = deployment;
  const folder: ShellWord = { shell: '"$results"' };
  const command = shellLines([
    ['vllm', 'bench', 'serve'],
    ...groupFlags(benchArgv(deployment, load, args)),
    ['--seed', { shell: `"${FRESH_SEED}"` }],
    ['--base-url', { shell: `"\${BASE_URL:-http://127.0.0.1:${port}}"` }],
    ['--save-result'],
    ['--result-dir', folder],
    ['--result-filename', RESULT_FILE],
  ]);
  const keys = secrets.filter(({ env }) => env === 'VLLM_API_KEY');
  return [
    '#!/bin/sh',
    headerComment(deployment, 'Plays the planned load on a running server and compares: ends with 0 when all is as planned or better.'),
    'set -eu',
    'here=$(CDPATH=\'\' cd -- "$(dirname -- "$0")" && pwd)',
    'results=$(mktemp -d)',
    'trap \'rm -rf "$results"\' EXIT',
    ...secretChecks({ ...deployment, secrets: keys }),
    ...keys.map(({ env }) => `export OPENAI_API_KEY="$${env}"`),
    command,
    `python3 "$here/check.py" "$results/${RESULT_FILE}" "$here/limits.json"`,
    '',
  ].join('\n');
}
