import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { buildDeployment } from '../../deployment.ts';
import { type TestPlan, testPlan } from '../../test-support.ts';
import { grafanaKind } from './kind.ts';

function files(plan: TestPlan = {}): Map<string, string> {
  const result = testPlan(plan);
  const written = grafanaKind.files(buildDeployment(result), { result, words: ['grafana'] });
  return new Map(written.map(({ path, text }) => [path.replace('monitoring/grafana/', ''), text]));
}

describe('grafanaKind', () => {
  const written = files();

  it('provisions one Prometheus and the folder of dashboards', () => {
    expect(parse(written.get('provisioning/datasources/prometheus.yaml') ?? '')).toEqual({
      apiVersion: 1,
      datasources: [
        {
          name: 'Prometheus',
          uid: 'prometheus',
          type: 'prometheus',
          access: 'proxy',
          url: 'http://prometheus:9090',
          isDefault: true,
          editable: false,
          jsonData: { httpMethod: 'POST', prometheusType: 'Prometheus', timeInterval: '15s' },
        },
      ],
    });
    expect(parse(written.get('provisioning/dashboards/vllm.yaml') ?? '').providers[0].options.path).toBe('/var/lib/grafana/dashboards');
  });

  it('has no dollar sign in a value that Grafana would expand', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: that is the hostile part
    const hostile = files({ args: { servedModelName: '${HOME} $USER' } });
    for (const [path, text] of hostile) if (path.startsWith('provisioning')) expect(JSON.stringify(parse(text))).not.toContain('$');
  });

  it('puts the same dashboard into a ConfigMap that kubectl apply can hold', () => {
    const configMap = parse(written.get('dashboard.configmap.yaml') ?? '');
    expect(configMap.metadata).toMatchObject({ name: 'llama-3-1-8b-instruct-vllm-dashboard', labels: { grafana_dashboard: '1' } });
    const [text] = Object.values(configMap.data);
    expect(JSON.parse(String(text))).toEqual(JSON.parse(written.get('dashboards/vllm.json') ?? ''));
    expect(JSON.stringify(configMap).length).toBeLessThan(256 * 1024);
  });
});
