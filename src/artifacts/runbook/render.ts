import type { Derived } from '../budgets.ts';
import type { Deployment } from '../deployment.ts';
import { type GeneratedFile, textFile } from '../generated-file.ts';
import type { ArtifactKind, RenderContext, RunbookSection } from '../kind.ts';
import { codeSpan, plainText, shellBlock, tableRow } from './markdown.ts';

export const RUNBOOK_FILE = 'RUNBOOK.md';

/** What to run in which order, and what each number of the files stands on. */
export function renderRunbook(deployment: Deployment, context: RenderContext, kinds: readonly ArtifactKind[]): GeneratedFile {
  const own = [numbersSection(deployment), ...secretSection(deployment)];
  const steps = kinds.flatMap(({ steps }) => steps?.(deployment, context) ?? []);
  const sections = [...own, ...steps, againSection()];
  const lines = [`# Runbook: ${plainText(deployment.servedName)}`, '', plainText(deployment.title)];
  for (const caution of deployment.cautions) lines.push('', `> ${plainText(caution)}`);
  for (const { title, lines: body } of sections) lines.push('', `## ${title}`, '', ...body);
  return textFile(RUNBOOK_FILE, `${lines.join('\n')}\n`);
}

function numbersSection(deployment: Deployment): RunbookSection {
  const { gpus, maxReplicas, startup, drain, grace, sharedMemoryGib, limits, forecast, capacity, load } = deployment;
  const rows: string[][] = [
    ['model', codeSpan(deployment.model), deployment.revision === null ? 'no revision pinned' : codeSpan(deployment.revision)],
    ['served as', codeSpan(deployment.servedName), `port ${deployment.port}`],
    ['GPUs of one replica', String(gpus.value), gpus.because],
    ['replicas', String(deployment.replicas), `at most ${maxReplicas.value}: ${maxReplicas.because}`],
    ['time to start', `${startup.value} s`, startup.because],
    ['time to drain', `${drain.value} s`, drain.because],
    ['grace period', `${grace.value} s`, grace.because],
    ['shared memory', `${sharedMemoryGib.value} GiB`, sharedMemoryGib.because],
    [
      'KV cache',
      capacity.kvTokens === null ? 'not known' : `${capacity.kvTokens} tokens`,
      `for at most ${capacity.maxNumSeqs} requests at once`,
    ],
  ];
  if (deployment.container.kind === 'server') {
    const { repository, tag, cpuCores, hostMemoryGib, cacheGib } = deployment.container;
    rows.push(['image', codeSpan(`${repository}:${tag}`), 'the planned release'], sized('CPU cores', cpuCores, ''));
    rows.push(sized('host memory', hostMemoryGib, ' GiB'), sized('cache volume', cacheGib, ' GiB'));
  }
  if (limits.ttftMs !== null) rows.push(sized('limit of time to first token', limits.ttftMs, ' ms'));
  if (limits.itlMs !== null) rows.push(sized('limit of time between tokens', limits.itlMs, ' ms'));
  if (limits.e2eMs !== null) rows.push(sized('limit of a whole request', limits.e2eMs, ' ms'));
  if (forecast !== null) {
    const [low, high] = forecast.outputTokensPerSRange;
    const arrivals = load.requestRate === null ? `${load.concurrency} at once` : `${load.requestRate} requests a second`;
    const what = `${load.promptTokens} + ${load.genTokens} tokens, ${arrivals}; 90 % range ${low.toFixed(0)} to ${high.toFixed(0)}`;
    rows.push(['output of one replica', `${forecast.outputTokensPerS.toFixed(0)} tokens/s`, what]);
  }
  const table = [tableRow(['what', 'value', 'because']), '|---|---|---|', ...rows.map(tableRow)];
  return { title: 'The numbers', lines: table };
}

function sized(what: string, { value, because }: Derived, unit: string): string[] {
  return [what, `${value}${unit}`, because];
}

function secretSection({ secrets }: Deployment): RunbookSection[] {
  if (secrets.length === 0) return [];
  const lines = secrets.map(({ env, required }) =>
    required
      ? `- ${codeSpan(env)}: the server needs it; nothing starts without.`
      : `- ${codeSpan(env)}: for gated and private models only; passed on where it is set.`,
  );
  return [
    {
      title: 'Secrets',
      lines: ['No file holds a secret. Set these in the environment of the shell that runs the commands below:', '', ...lines],
    },
  ];
}

function againSection(): RunbookSection {
  return {
    title: 'Change something',
    lines: [
      'Change the profile, not the files, then write them again. A file that was edited by hand is not overwritten without `--force`.',
      '',
      ...shellBlock('vllm-wizard generate --profile profile.yaml --output-dir .'),
    ],
  };
}
