import { describe, expect, it } from 'vitest';
import { buildDeployment, type Deployment } from '../../src/artifacts/deployment.ts';
import { EMIT_WORDS, type EmitWord } from '../../src/artifacts/emit-words.ts';
import { generateFiles, possibleWords } from '../../src/artifacts/generate-files.ts';
import type { GeneratedFile } from '../../src/artifacts/generated-file.ts';
import { runShell, type TestPlan, testPlan } from '../../src/artifacts/test-support.ts';
import { parseServeCommand } from '../../src/engine/parse-serve-command.ts';
import { type Claim, claimsOf, essence } from './read-back.ts';

interface Case {
  readonly name: string;
  readonly plan: TestPlan;
  readonly replicas?: number;
}

// biome-ignore lint/suspicious/noTemplateCurlyInString: that is the hostile part
const HOSTILE = 'it\'s "$(x)" `y` \\ ${HOME} é';

const CASES: readonly Case[] = [
  { name: 'dense', plan: {} },
  { name: 'tensor parallel, two replicas', plan: { count: 8, args: { tensorParallelSize: 4 } }, replicas: 2 },
  { name: 'mixture of experts', plan: { moe: true, args: { tensorParallelSize: 2, enableExpertParallel: true } } },
  { name: 'data parallel', plan: { args: { tensorParallelSize: 2, dataParallelSize: 2 } } },
  { name: 'two nodes', plan: { nodes: 2, count: 16, args: { tensorParallelSize: 8, pipelineParallelSize: 2 } } },
  { name: 'data parallel over nodes', plan: { moe: true, nodes: 2, count: 16, args: { tensorParallelSize: 2, dataParallelSize: 8 } } },
  { name: 'an engine that Ray has an image of', plan: { version: '0.29.0', args: { tensorParallelSize: 2 } } },
  { name: 'quantized, fp8 cache', plan: { args: { quantization: 'fp8', kvCacheDtype: 'fp8', enforceEager: true } } },
  {
    name: 'gated, with a key',
    plan: {
      args: {
        otherFlags: [
          { name: '--api-key', value: 'sk-secret' },
          { name: '--port', value: '9000' },
        ],
      },
    },
  },
  { name: 'hostile names', plan: { args: { servedModelName: HOSTILE } } },
  { name: 'local model', plan: { model: '/srv/models/My Model', local: true } },
  { name: 'AMD', plan: { gpu: 'mi300x-192gb', args: { tensorParallelSize: 2 } } },
  { name: 'old release', plan: { version: '0.11.0' } },
  { name: 'no forecast', plan: { p99Ms: null } },
  { name: 'targets', plan: { targets: { ttftMs: 2000, tpotMs: 25 } } },
];

describe.each(CASES)('all files of one plan: $name', ({ plan, replicas = 1 }) => {
  const result = testPlan(plan);
  const options = { replicas, gpuHourUsd: 2.5 };
  const deployment = buildDeployment(result, options);
  const { words } = possibleWords(result, EMIT_WORDS, options);
  const files = generateFiles(result, result.document, words, options);
  const claims = claimsOf(files, deployment.version);
  const valuesOf = (about: Claim['about']): Claim[] => claims.filter((claim) => claim.about === about);

  it('name the same image', () => {
    const { container } = deployment;
    expect(filesOf(valuesOf('image'))).toEqual(expect.arrayContaining(engineFiles(words)));
    const image = container.kind === 'server' ? `${container.repository}:${container.tag}` : '';
    expect(differing(valuesOf('image'), [image])).toEqual([]);
  });

  it('query the same served name', () => {
    expect(filesOf(valuesOf('served'))).toEqual(
      expect.arrayContaining(['monitoring/rules.yaml', 'monitoring/operator/prometheus-rule.yaml']),
    );
    expect(differing(valuesOf('served'), [deployment.servedName])).toEqual([]);
  });

  it('use the same port', () => {
    expect(valuesOf('port')).not.toEqual([]);
    expect(differing(valuesOf('port'), [String(deployment.port)])).toEqual([]);
  });

  it('give a pod the GPUs of its ranks', () => {
    const { gpus, nodes, gpusPerNode } = deployment;
    expect(gpusPerNode * nodes).toBe(gpus.value);
    expect(valuesOf('gpus of a pod')).not.toEqual([]);
    expect(differing(valuesOf('gpus of a pod'), [String(gpusPerNode)])).toEqual([]);
  });

  it('give a pod the same memory', () => {
    const { container } = deployment;
    if (container.kind === 'none') throw new RangeError('every case runs in a container');
    expect(valuesOf('memory of a pod')).not.toEqual([]);
    expect(differing(valuesOf('memory of a pod'), [`${container.hostMemoryGib.value}Gi`])).toEqual([]);
  });

  it('look for the server at the same address', () => {
    expect(filesOf(valuesOf('address'))).toEqual(expect.arrayContaining(['benchmark/job.yaml']));
    expect(differing(valuesOf('address'), [`${deployment.service}:${deployment.port}`])).toEqual([]);
  });

  it('hold the server to the limits of the plan', () => {
    expect(planRecords(files)).toEqual(plannedNumbers(deployment));
    const { checks } = JSON.parse(textOf(files, 'benchmark/limits.json'));
    const asked = checks.filter(({ because }: { because: string }) => because.startsWith('--'));
    const { ttftMs, tpotMs } = deployment.targets;
    expect(asked.map(({ high }: { high: number }) => high)).toEqual([ttftMs, tpotMs].filter((target) => target !== null));
  });

  it('start the engine with the same arguments', () => {
    const { container } = deployment;
    if (container.kind === 'none') throw new RangeError('every case runs in a container');
    expect(filesOf(valuesOf('argv'))).toEqual(expect.arrayContaining(engineFiles(words)));
    expect(differing(valuesOf('argv'), acceptable(deployment))).toEqual([]);
  });

  it('refer to the secret of the plan, and hold none', () => {
    // llm-d's charts look for the token under a name of their own.
    expect(differing(valuesOf('secret'), [deployment.secretName, 'llm-d-hf-token'])).toEqual([]);
    for (const { text } of files) expect(text).not.toContain('sk-secret');
  });

  it('pin their images', () => {
    for (const { path, text } of files)
      expect(`${path} ${/:latest\b|image: [^:\s]+$/m.exec(text)?.[0] ?? 'pinned'}`).toBe(`${path} pinned`);
  });

  it.runIf(words.includes('command'))('run the same command from a shell', () => {
    const script = textOf(files, 'serve_command.sh');
    const { argv } = runShell(script, { VLLM_API_KEY: 'x', HF_TOKEN: 'y' });
    expect(argv.slice(2)).toEqual(deployment.argv);
  });
});

/** Files that hold a container which starts the engine, and must be found to hold one. */
function engineFiles(words: readonly EmitWord[]): string[] {
  const files: Partial<Record<EmitWord, string>> = {
    compose: 'docker-compose.yaml',
    manifests: 'kubernetes/deployment.yaml',
    kustomize: 'kustomize/base/deployment.yaml',
    lws: 'lws/leaderworkerset.yaml',
  };
  return words.flatMap((word) => files[word] ?? []);
}

/** What the rules record of the plan, by the end of its name. */
function planRecords(files: readonly GeneratedFile[]): Record<string, number> {
  const text = textOf(files, 'monitoring/rules.yaml');
  const records = [...text.matchAll(/record: model:vllm_plan_(\w+)\n(?: +#.*\n)* +expr: vector\(([\d.e+-]+)\)/g)];
  return Object.fromEntries(records.map(([, name, value]) => [name, Number(value)]));
}

function plannedNumbers({ forecast, limits, capacity }: Deployment): Record<string, number> {
  const numbers = {
    output_tokens_per_server: forecast?.outputTokensPerS,
    ttft_seconds: seconds(forecast?.ttftMs.mean),
    itl_seconds: seconds(forecast?.itlMs.mean),
    ttft_limit_seconds: seconds(limits.ttftMs?.value),
    itl_limit_seconds: seconds(limits.itlMs?.value),
    kv_tokens: capacity.kvTokens ?? undefined,
    max_num_seqs: capacity.maxNumSeqs,
  };
  return Object.fromEntries(Object.entries(numbers).filter((entry): entry is [string, number] => entry[1] !== undefined));
}

function seconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms / 1000;
}

function filesOf(claims: readonly Claim[]): string[] {
  return [...new Set(claims.map(({ file }) => file))];
}

/** A model in a local folder has a path of its own in every kind of container. */
function acceptable({ container, version }: Deployment): string[] {
  if (container.kind === 'none') return [];
  const { args } = parseServeCommand(['vllm', 'serve', ...container.argv], version);
  return ['', '/data', '/root'].map((folder) => essence({ ...args, model: `${folder}${args.model}` })).concat(essence(args));
}

function differing(claims: readonly Claim[], allowed: readonly string[]): readonly Claim[] {
  return claims.filter(({ value }) => !allowed.includes(value));
}

function textOf(files: readonly GeneratedFile[], path: string): string {
  return files.find((file) => file.path === path)?.text ?? '';
}
