import { commentLines } from '../comment-text.ts';
import type { ModelMount, ServerContainer } from '../container.ts';
import type { Deployment } from '../deployment.ts';
import { headerComment } from '../file-header.ts';
import { secretChecks } from '../secret-checks.ts';
import { groupFlags, type ShellWord, shellLines, shellQuote } from '../shell-quote.ts';

/** One `docker run` in the foreground, reachable from this host only. */
export function renderDockerRun(deployment: Deployment, container: ServerContainer): string {
  const command = dockerRun(deployment, container);
  return deployment.cautions.length === 0 ? command : `${commentLines(deployment.cautions)}\n${command}`;
}

function dockerRun(deployment: Deployment, container: ServerContainer): string {
  const { port, slug, sharedMemoryGib, grace } = deployment;
  return shellLines([
    ['docker', 'run', '--rm'],
    ['--name', slug],
    ...gpuOptions(deployment, container),
    ['--shm-size', `${sharedMemoryGib.value}g`],
    ['--ulimit', 'memlock=-1'],
    ['--ulimit', 'stack=67108864'],
    ['--stop-timeout', String(grace.value)],
    ['--publish', `127.0.0.1:${port}:${port}`],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is for the shell or Compose
    ['--volume', { shell: '"${HF_HOME:-$HOME/.cache/huggingface}":/root/.cache/huggingface' }],
    ...(container.mount === null ? [] : [['--mount', bindMount(container.mount)]]),
    ...deployment.secrets.map(({ env }) => ['--env', env]),
    ...container.env.map(([name, value]) => ['--env', `${name}=${value}`]),
    ['--entrypoint', 'vllm'],
    [`${container.repository}:${container.tag}`, 'serve'],
    ...groupFlags(container.argv),
  ]);
}

/** The same as a POSIX script that asks for its secrets. */
export function renderDockerScript(deployment: Deployment, container: ServerContainer): string {
  const lines = ['#!/bin/sh', headerComment(deployment, deployment.startup.because, container.hostMemoryGib.because), 'set -eu'];
  lines.push(...secretChecks(deployment), `exec ${dockerRun(deployment, container)}`);
  return `${lines.join('\n')}\n`;
}

function gpuOptions({ gpus }: Deployment, { vendor, deviceIds }: ServerContainer): ShellWord[][] {
  if (vendor === 'nvidia') return [['--gpus', deviceIds === null ? String(gpus.value) : `"device=${deviceIds.join(',')}"`]];
  return [
    ['--device', '/dev/kfd'],
    ['--device', '/dev/dri'],
    ['--group-add', 'video'],
    ['--cap-add', 'SYS_PTRACE'],
    ['--security-opt', 'seccomp=unconfined'],
  ];
}

/** `--mount` takes one line of CSV, so that paths may hold commas and colons, which `--volume` cannot. */
function bindMount({ source, target }: ModelMount): ShellWord {
  const csv = source.replaceAll('"', '""');
  const tail = `",target=${target},readonly`;
  const head = 'type=bind,"source=';
  if (source.startsWith('/')) return `${head}${csv}${tail}`;
  return { shell: `${shellQuote(head)}"$PWD"${shellQuote(`/${csv}${tail}`)}` };
}
