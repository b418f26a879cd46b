import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { stringify } from 'yaml';
import { lint } from '../../src/lint/lint.ts';
import { RULES } from '../../src/lint/rules.ts';
import { readSource } from '../../src/lint/source/read-source.ts';
import { placesOf } from '../../src/lint/source/text-places.ts';
import { ARTIFACT_CASES } from './cases/artifacts.ts';
import { COMMAND_CASES } from './cases/commands.ts';
import { CONTAINER_CASES } from './cases/containers.ts';
import { KUBERNETES_CASES } from './cases/kubernetes.ts';
import { PROMQL_CASES } from './cases/promql.ts';
import { SCALING_CASES } from './cases/scaling.ts';
import { SECRET_CASES } from './cases/secrets.ts';
import { alert, compose, deployment, readMarks } from './rule-case.ts';

const found = (text: string, file = 'deploy.yaml', only: readonly string[] = []): readonly string[] =>
  lint([{ path: file, text }], { only }).findings.map(({ line, column, rule }) => `${line}:${column} ${rule}`);

const SAMPLES = [
  ...ARTIFACT_CASES,
  ...COMMAND_CASES,
  ...CONTAINER_CASES,
  ...KUBERNETES_CASES,
  ...PROMQL_CASES,
  ...SCALING_CASES,
  ...SECRET_CASES,
].map(({ file = 'deploy.yaml', bad }) => ({ file, text: readMarks(bad).text }));

describe('the release of a query', () => {
  const rules = alert('vllm:gpu_cache_usage_perc > 0.9');
  const server = (tag: string): string => compose('restart: always').replace(/vllm-openai:\S+/, `vllm-openai:${tag}`);
  const judged = (files: Readonly<Record<string, string>>): boolean =>
    lint(
      Object.entries(files).map(([path, text]) => ({ path, text })),
      { only: ['metric-removed'] },
    ).findings.length > 0;

  test.each([
    { why: 'no engine at all: the newest', files: {}, removed: true },
    { why: 'an old engine beside it', files: { 'x/monitoring/deep/compose.yaml': server('v0.10.2') }, removed: false },
    { why: 'an old engine far above', files: { 'x/compose.yaml': server('v0.10.2') }, removed: false },
    {
      why: 'engines far above that differ',
      files: { 'x/compose.yaml': server('v0.10.2'), 'x/b/compose.yaml': server('v0.33.0') },
      removed: true,
    },
    {
      why: 'a newer one nearby',
      files: { 'x/compose.yaml': server('v0.10.2'), 'x/monitoring/compose.yaml': server('v0.33.0') },
      removed: true,
    },
  ])('$why', ({ files, removed }) => {
    expect(judged({ 'x/monitoring/deep/rules.yaml': rules, ...files })).toBe(removed);
  });
});

describe('texts', () => {
  const text = compose('privileged: true');

  it('counts lines and columns in the same way behind a byte order mark and with CRLF', () => {
    const want = found(text);
    expect(want).toContain('6:5 privileged');
    expect(found(`\ufeff${text}`)).toEqual(want);
    expect(found(text.replaceAll('\n', '\r\n'))).toEqual(want);
  });

  it('finds queries in CRLF blocks at their place', () => {
    const block = alert('|\n          max(\n            vllm:gpu_cache_usage_perc\n          ) > 0.9');
    expect(found(block.replaceAll('\n', '\r\n'))).toEqual(['7:13 metric-removed']);
  });

  it('follows anchors, and says it once', () => {
    const anchored = `x-engine: &engine\n  image: vllm/vllm-openai:latest\n  privileged: true\nservices:\n  a:\n    <<: *engine\n  b: *engine\n`;
    expect(found(anchored, 'compose.yaml', ['image-tag-floating', 'privileged'])).toEqual(['2:10 image-tag-floating', '3:3 privileged']);
  });

  it('reads every document of a file, and the others where one is broken', () => {
    const broken = `a: [1, 2\n---\n${deployment({ pod: 'hostIPC: true' })}`;
    expect(found(broken, 'all.yaml', ['yaml-invalid', 'host-ipc']).map((line) => line.split(' ')[1])).toEqual(['yaml-invalid', 'host-ipc']);
  });

  it('reads a List of objects', () => {
    const list = stringify({ apiVersion: 'v1', kind: 'List', items: [{ apiVersion: 'v1', kind: 'Service', metadata: {}, spec: {} }] });
    expect(found(list)).toEqual(['5:5 name-missing']);
  });

  it('tells stdin by its text', () => {
    expect(found('docker run --privileged --gpus all vllm/vllm-openai:v0.24.0 --model a/b\n', 'stdin', ['privileged'])).toEqual([
      '1:12 privileged',
    ]);
    expect(found(deployment({ pod: 'hostIPC: true' }), 'stdin', ['host-ipc'])).toEqual(['12:7 host-ipc']);
    expect(found('FROM vllm/vllm-openai\n', 'stdin')).toEqual(['1:6 image-tag-floating']);
  });

  it('skips chart templates with a reason, and reads what only looks like one', () => {
    const template = lint([{ path: 'templates/a.yaml', text: 'a: {{ .Values.a }}\n' }]);
    expect(template.findings).toEqual([]);
    expect(template.skipped).toEqual([{ file: 'templates/a.yaml', reason: expect.stringContaining('helm template') }]);
    const rule = `${alert('vllm:gpu_cache_usage_perc > 0.9')}        annotations: {summary: "{{ $labels.pod }} is at {{ $value }}"}\n`;
    expect(found(rule)).toEqual(['5:15 metric-removed']);
  });

  it('gives up on files that nobody deploys', () => {
    const huge = lint([{ path: 'a.yaml', text: 'a: 1\n'.repeat(2_000_000) }]);
    expect(huge.skipped).toEqual([{ file: 'a.yaml', reason: expect.stringContaining('longer than') }]);
  });

  it('is not led astray by aliases that unfold without end', () => {
    const levels = Array.from({ length: 30 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}, *a${i}]`).join('\n');
    expect(found(`a0: &a0 {expr: "vllm:num_requests_waiting"}\n${levels}\n`)).toEqual(['1:1 yaml-invalid']);
  });

  it('reads any text without an exception', () => {
    const files = fc.constantFrom('a.yaml', 'b.json', 'c.sh', 'Dockerfile', 'd.service', 'stdin');
    fc.assert(
      fc.property(files, fc.string({ unit: 'grapheme', maxLength: 200 }), (file, text) => lint([{ path: file, text }]).files.length === 1),
    );
  });

  it('reads torn samples without an exception', () => {
    fc.assert(
      fc.property(fc.constantFrom(...SAMPLES), fc.nat(), fc.nat(20), fc.string({ maxLength: 4 }), ({ file, text }, at, cut, put) => {
        const place = at % text.length;
        return lint([{ path: file, text: `${text.slice(0, place)}${put}${text.slice(place + cut)}` }]).files.length === 1;
      }),
      { numRuns: 500 },
    );
  });

  it('gives the same report for the same files, in whatever order', () => {
    const inputs = SAMPLES.map(({ file, text }, index) => ({ path: `${index}/${file}`, text }));
    const report = lint(inputs);
    expect(lint(inputs).findings).toEqual(report.findings);
    expect(lint(inputs.toReversed()).findings).toEqual(report.findings);
    expect(new Set(report.findings.map(({ rule }) => rule)).size).toBeGreaterThan(RULES.length * 0.8);
  });

  it('repeats no secret', () => {
    const token = ['hf', 'abcdefghijABCDEFGHIJ1234'].join('_');
    const text = `${compose(`environment:\n  HF_TOKEN: ${token}`, `command:\n  - Qwen/Qwen3-8B\n  - --api-key correct-horse\n  - --hf-token=${token}`)}`;
    const report = JSON.stringify(lint([{ path: 'compose.yaml', text }]));
    expect(report).toContain('secret-in-clear');
    expect(report).not.toContain(token);
    expect(report).not.toContain('correct-horse');
  });
});

describe('comments that switch rules off', () => {
  test.each([
    { why: 'behind the line', text: compose('privileged: true # vllm-wizard-lint-disable privileged') },
    { why: 'on the line before', text: compose('# vllm-wizard-lint-disable privileged, host-ipc -- the driver\nprivileged: true') },
    { why: 'all rules', text: compose('privileged: true # vllm-wizard-lint-disable') },
    { why: 'the whole file', text: `# vllm-wizard-lint-disable-file privileged\n${compose('privileged: true')}` },
  ])('$why', ({ text }) => {
    const report = lint([{ path: 'compose.yaml', text }], { only: ['privileged'] });
    expect(report).toMatchObject({ findings: [], suppressed: 1 });
  });

  it('leaves other rules and lines alone', () => {
    expect(found(compose('privileged: true # vllm-wizard-lint-disable host-ipc'), 'c.yaml', ['privileged'])).toEqual(['6:5 privileged']);
    expect(found(compose('# vllm-wizard-lint-disable privileged\nipc: host\nprivileged: true'), 'c.yaml', ['privileged'])).toEqual([
      '8:5 privileged',
    ]);
  });
});

describe('rules by name', () => {
  it('keeps some, leaves some out', () => {
    const text = compose('privileged: true\nnetwork_mode: host');
    expect(found(text, 'c.yaml', ['privileged'])).toEqual(['6:5 privileged']);
    const rest = lint([{ path: 'c.yaml', text }], { ignore: ['privileged'] }).findings.map(({ rule }) => rule);
    expect(rest).toContain('host-network');
    expect(rest).not.toContain('privileged');
  });

  it('knows the nearest name of one that does not exist', () => {
    expect(() => lint([], { only: ['privilegd'] })).toThrow('There is no rule "privilegd".');
  });
});

describe('releases', () => {
  const dashboard = alert('vllm:gpu_cache_usage_perc > 0.9');

  it('reads queries for the engine beside them, else for the newest', () => {
    const old = compose('', 'command: [Qwen/Qwen3-8B]', 'vllm/vllm-openai:v0.10.2');
    const report = (path: string) =>
      lint(
        [
          { path, text: old },
          { path: 'a/rules.yaml', text: dashboard },
        ],
        { only: ['metric-removed'] },
      );
    expect(report('a/compose.yaml').findings).toEqual([]);
    expect(report('compose.yaml').findings).toEqual([]);
    expect(
      lint(
        [
          { path: 'x/y/compose.yaml', text: old },
          { path: 'a/b/c/rules.yaml', text: dashboard },
        ],
        { only: ['metric-removed'] },
      ).findings,
    ).toHaveLength(1);
  });

  it('takes the number of LMCache, of Python and of a calendar for no release of vLLM', () => {
    for (const image of ['lmcache/vllm-openai:v0.3.9', 'nvcr.io/nvidia/vllm:25.09-py3', 'python:3.12']) {
      const text = compose('', 'command: [Qwen/Qwen3-8B, --shutdown-timeout, "60"]', image);
      expect(found(text, 'c.yaml', ['flag-too-new', 'flag-unknown'])).toEqual([]);
    }
  });
});

describe('placesOf', () => {
  it('finds every character of a scalar where it is written, in any style', () => {
    const value = fc.string({
      unit: fc.constantFrom('a', 'b', ' ', '"', "'", '\\', '\n', ':', '#', '{', 'é', '$', '\t'),
      minLength: 1,
      maxLength: 40,
    });
    const style = fc.constantFrom('PLAIN', 'QUOTE_SINGLE', 'QUOTE_DOUBLE', 'BLOCK_LITERAL', 'BLOCK_FOLDED');
    fc.assert(
      fc.property(value, style, (text, defaultStringType) => {
        const yaml = stringify({ outer: [{ expr: text }] }, { defaultStringType, lineWidth: 0 } as never);
        const node = readSource('a.yaml', yaml).documents[0]?.at('outer').items()[0]?.at('expr');
        if (node?.text == null) return;
        const places = placesOf(node.text, yaml, node.from, node.to);
        let last = -1;
        for (const [index, character] of [...node.text].entries()) {
          const written = yaml.charAt(places(index));
          expect(places(index)).toBeGreaterThanOrEqual(last);
          last = places(index);
          if (/\S/.test(character) && written !== '\\') expect(written).toBe(character);
        }
      }),
    );
  });
});
