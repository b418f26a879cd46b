import type { Version } from '../../engine/version.ts';
import { commentLines } from '../comment-text.ts';
import type { Deployment } from '../deployment.ts';
import { headerComment } from '../file-header.ts';
import { imageHasRay } from '../multi-node/joining.ts';
import { secretChecks } from '../secret-checks.ts';
import { groupFlags, shellLines, shellQuote } from '../shell-quote.ts';

/**
 * The server's start as a POSIX script.
 *
 *   #!/bin/sh
 *   # acme/tiny-8b on 1 x NVIDIA L4 24 GB, vLLM 0.33.0; written by vllm-wizard 1.0.0.
 *   set -eu
 *   exec vllm serve \
 *     acme/tiny-8b \
 *     --max-model-len 8192
 */
export function renderServeScript(deployment: Deployment): string {
  const { startup, gpus, nodes, version } = deployment;
  const join = nodes > 1 ? [`Join ${nodes} nodes to one Ray cluster first, then run this on its head node.`, ...rayNote(version)] : [];
  const lines = ['#!/bin/sh', headerComment(deployment, ...join, startup.because, `GPUs: ${gpus.because}`), 'set -eu'];
  lines.push(...secretChecks(deployment));
  for (const [name, value] of deployment.env) lines.push(`export ${name}=${shellQuote(value)}`);
  lines.push(shellLines([['exec', 'vllm', 'serve'], ...groupFlags(deployment.argv)]));
  return `${lines.join('\n')}\n`;
}

function rayNote(version: Version): string[] {
  return imageHasRay(version)
    ? []
    : ['vLLM no longer brings Ray along: install ray on every node, beside vLLM. The words lws and llm-d need none.'];
}

/** The same command to paste into a shell or hand to `check`. */
export function renderServeCommand(deployment: Deployment): string {
  const env = deployment.env.map(([name, value]) => [{ shell: `${name}=${shellQuote(value)}` }]);
  const command = shellLines([...env, ['vllm', 'serve'], ...groupFlags(deployment.argv)]);
  return deployment.cautions.length === 0 ? command : `${commentLines(deployment.cautions)}\n${command}`;
}
