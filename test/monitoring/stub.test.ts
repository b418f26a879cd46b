import { describe, expect, it } from 'vitest';
import { isFed } from '../../src/artifacts/metrics/metric-need.ts';
import { metricsOf } from '../../src/artifacts/metrics/metrics-of.ts';
import { asPlanned } from './behaviour.ts';
import { expositionText, type Family } from './exposition.ts';
import { EVERYTHING, livePlan } from './live-plan.ts';
import { StubEngine } from './stub-engine.ts';
import { StubGpus } from './stub-gpu.ts';
import { StubServer } from './stub-server.ts';

const { deployment } = livePlan('0.33.0', EVERYTHING);
const healthy = asPlanned(deployment);
const metrics = metricsOf(deployment.version).filter((metric) => isFed(metric, deployment));

function engine(index: string): StubEngine {
  return new StubEngine(metrics, { model_name: 'm', engine: index }, healthy);
}

function value(families: readonly Family[], series: string, labels: Readonly<Record<string, string>> = {}): number | undefined {
  const samples = families.flatMap((family) => family.samples).filter((sample) => sample.series === series);
  return samples.find((sample) => Object.entries(labels).every(([name, text]) => sample.labels[name] === text))?.value;
}

describe('StubEngine', () => {
  it('shows every metric of the release with the labels of the catalog', () => {
    const families = engine('0').families();
    expect(families.map(({ name, type }) => ({ name, type }))).toEqual(metrics.map(({ name, type }) => ({ name, type })));
    for (const { labels, name } of metrics.filter((metric) => !metric.labels.includes('*'))) {
      const sample = families.find((family) => family.name === name)?.samples[0];
      expect(Object.keys(sample?.labels ?? {}).filter((label) => label !== 'le')).toEqual(labels);
    }
  });

  it('counts what its behaviour says, for as long as it is told', () => {
    const stub = engine('0');
    expect(value(stub.families(), 'vllm:generation_tokens_total')).toBe(0);
    stub.pass(10);
    expect(value(stub.families(), 'vllm:generation_tokens_total')).toBeCloseTo(10 * healthy.outputTokensPerS);
    stub.behave({ ...healthy, outputTokensPerS: 0, waiting: 7 });
    stub.pass(10);
    expect(value(stub.families(), 'vllm:generation_tokens_total')).toBeCloseTo(10 * healthy.outputTokensPerS);
    expect(value(stub.families(), 'vllm:num_requests_waiting_by_reason', { reason: 'capacity' })).toBe(7);
  });

  it('fills histograms in order, up to their count', () => {
    const stub = engine('0');
    stub.pass(5);
    const [histogram] = stub.families().filter(({ name }) => name === 'vllm:time_to_first_token_seconds');
    const buckets = histogram?.samples.filter(({ series }) => series.endsWith('_bucket')) ?? [];
    const counts = buckets.map((sample) => sample.value);
    expect(counts).toEqual([...counts].sort((a, b) => a - b));
    expect(buckets.at(-1)?.labels.le).toBe('+Inf');
    expect(counts.at(-1)).toBeCloseTo(histogram?.samples.at(-1)?.value ?? 0);
    expect(counts.at(-1)).toBeCloseTo(5 * healthy.requestsPerS);
  });
});

describe('StubServer', () => {
  it('lets time pass by its clock, and writes one family for all engines', () => {
    let now = 100;
    const server = new StubServer([engine('0'), engine('1'), new StubGpus(2, healthy.gpu)], () => now);
    now = 101;
    const lines = server.text().split('\n');
    expect(lines.filter((line) => line === '# TYPE vllm:num_requests_running gauge')).toHaveLength(1);
    const tokens = lines.filter((line) => line.startsWith('vllm:generation_tokens_total{'));
    expect(tokens).toEqual(['0', '1'].map((index) => expect.stringContaining(`engine="${index}"} ${healthy.outputTokensPerS}`)));
    expect(lines.filter((line) => line.startsWith('DCGM_FI_DEV_POWER_USAGE{'))).toHaveLength(2);
  });
});

describe('expositionText', () => {
  it('escapes what would end a label', () => {
    const text = expositionText([{ name: 'a', type: 'gauge', samples: [{ series: 'a', labels: { l: 'x"\\\n' }, value: 1 }] }]);
    expect(text).toBe('# HELP a Of a stand-in.\n# TYPE a gauge\na{l="x\\"\\\\\\n"} 1\n');
  });
});
