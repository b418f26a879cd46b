import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { parse } from 'yaml';
import { buildDeployment } from '../deployment.ts';
import type { EmitWord } from '../emit-words.ts';
import { hostileWord, type TestPlan, testPlan } from '../test-support.ts';
import { llmdKind } from './kind.ts';

const PIPELINE: TestPlan = { nodes: 2, count: 16, args: { tensorParallelSize: 8, pipelineParallelSize: 2 } };

function filesOf(plan: TestPlan, words: readonly EmitWord[] = ['llm-d']): Record<string, string> {
  const result = testPlan(plan);
  const files = llmdKind.files(buildDeployment(result), { result, words });
  return Object.fromEntries(files.map(({ path, text }) => [path.replace('llm-d/', ''), text]));
}

const objectOf = (plan: TestPlan, file: string) => parse(filesOf(plan)[file] ?? '', { version: '1.1' });
const stepsOf = (plan: TestPlan): string => {
  const result = testPlan(plan);
  return llmdKind.steps?.(buildDeployment(result), { result, words: ['llm-d'] })[0]?.lines.join('\n') ?? '';
};

/** Pods that requests may be sent to, and those that they may not. */
function podsOf(plan: TestPlan) {
  if (plan.nodes === undefined) return { serving: objectOf(plan, 'deployment.yaml').spec.template, others: [] };
  const { leaderTemplate, workerTemplate } = objectOf(plan, 'leaderworkerset.yaml').spec.leaderWorkerTemplate;
  return { serving: leaderTemplate, others: [workerTemplate] };
}

describe('llm-d', () => {
  test.each([
    { why: 'one node', plan: { args: { tensorParallelSize: 2 } } },
    { why: 'two nodes', plan: PIPELINE },
    { why: 'another port', plan: { args: { otherFlags: [{ name: '--port', value: '9000' }] } } },
  ])('leads from the route to the pods that answer: $why', ({ plan }) => {
    const route = objectOf(plan, 'httproute.yaml').spec.rules[0];
    const pool = objectOf(plan, 'inferencepool.yaml');
    const { serving, others } = podsOf(plan);
    const [server] = serving.spec.containers;
    expect(route.backendRefs[0]).toMatchObject({ kind: pool.kind, name: pool.metadata.name, group: pool.apiVersion.split('/')[0] });
    expect(serving.metadata.labels).toMatchObject(pool.spec.selector.matchLabels);
    for (const other of others) expect(other.metadata.labels).not.toMatchObject(pool.spec.selector.matchLabels);
    expect(pool.spec.targetPorts).toEqual([{ number: server.ports[0].containerPort }]);
    const { modelServers } = objectOf(plan, 'router-values.yaml').router;
    expect(modelServers.matchLabels).toEqual(pool.spec.selector.matchLabels);
    expect(modelServers.targetPorts).toEqual(pool.spec.targetPorts);
    expect(objectOf(plan, 'podmonitor.yaml').spec.podMetricsEndpoints[0].port).toBe(server.ports[0].name);
    // The chart calls its endpoint picker after the release.
    expect(stepsOf(plan)).toContain(`helm install ${pool.spec.endpointPickerRef.name.replace(/-epp$/, '')} oci://`);
  });

  it('routes the API only, and gives requests the time that they take', () => {
    const [rule] = objectOf({ p99Ms: 400_000 }, 'httproute.yaml').spec.rules;
    expect(rule.matches).toEqual([{ path: { type: 'PathPrefix', value: '/v1' } }]);
    expect(Number.parseInt(rule.timeouts.request, 10)).toBeGreaterThanOrEqual(400);
  });

  it('asks for prefixes only where the plan caches them', () => {
    const scorers = (plan: TestPlan): string[] => {
      const { pluginsConfigFile, pluginsCustomConfig } = objectOf(plan, 'router-values.yaml').router.epp;
      const config = parse(pluginsCustomConfig[pluginsConfigFile]);
      const types = config.plugins.map(({ type }: { type: string }) => type);
      expect(config.schedulingProfiles[0].plugins.map(({ pluginRef }: { pluginRef: string }) => pluginRef)).toEqual(types);
      return types;
    };
    expect(scorers({})).toContain('prefix-cache-scorer');
    expect(scorers({ args: { enablePrefixCaching: false } })).toEqual(['queue-scorer', 'kv-cache-utilization-scorer']);
  });

  it("takes the token from llm-d's secret, and other secrets from the plan's", () => {
    const plan: TestPlan = { args: { otherFlags: [{ name: '--api-key', value: 'sk-x' }] } };
    const references = podsOf(plan).serving.spec.containers[0].env.flatMap(
      (variable: { valueFrom?: { secretKeyRef: { name: string; key: string } } }) =>
        variable.valueFrom === undefined ? [] : [`${variable.valueFrom.secretKeyRef.name}/${variable.valueFrom.secretKeyRef.key}`],
    );
    expect(references).toEqual(['llm-d-hf-token/HF_TOKEN', 'llama-3-1-8b-instruct-secrets/VLLM_API_KEY']);
    for (const reference of references) expect(stepsOf(plan)).toContain(`generic ${reference.split('/')[0]} `);
  });

  it('lists every object in its kustomization', () => {
    for (const plan of [{}, PIPELINE, { model: '/srv/x', local: true }]) {
      const files = Object.keys(filesOf(plan)).filter((file) => !/^kustomization|^router-values|^before/.test(file));
      expect(objectOf(plan, 'kustomization.yaml').resources).toEqual(files);
    }
  });

  it('leaves watching to the word that does it', () => {
    expect(Object.keys(filesOf({}, ['llm-d', 'prometheus-operator']))).not.toContain('podmonitor.yaml');
  });

  it('pins the router', () => {
    expect(objectOf({}, 'router-values.yaml').router.epp.image.tag).toMatch(/^v\d+\.\d+\.\d+$/);
  });

  it('keeps hostile names inside their strings', () => {
    fc.assert(
      fc.property(hostileWord, (name) => {
        const plan: TestPlan = { model: name, args: { servedModelName: name } };
        for (const [file, text] of Object.entries(filesOf(plan)))
          expect([file, parse(text, { version: '1.1' }).kind === 'Secret']).toEqual([file, false]);
        expect(podsOf(plan).serving.metadata.labels['llm-d.ai/model']).toMatch(/^[a-z][a-z0-9-]{0,30}$/);
      }),
      { numRuns: 30 },
    );
  });
});
