import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { parseRelease } from '../../engine/version.ts';
import { metricsOf } from './metrics-of.ts';

const RECORDED = z.array(
  z.object({ name: z.string(), type: z.string(), labels: z.array(z.string()), buckets: z.array(z.number()).nullable().default(null) }),
);

/** The recording was made with a context of 1000 tokens. */
const TOKEN_BUCKETS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];

describe('metricsOf, against the stat logger of the release', () => {
  // Recorded by scripts/oracle/record_metrics.py: the logger's own constructor, with made-up configuration.
  test.each(['0.24.0', '0.33.0'])('%s registers what the catalog says', (release) => {
    const path = new URL(`../../../test/golden/metrics/${release}.json`, import.meta.url);
    const recorded = RECORDED.parse(JSON.parse(readFileSync(path, 'utf8')));
    const ours = new Map(metricsOf(parseRelease(release)).map((metric) => [metric.name, metric]));
    expect(recorded.length).toBeGreaterThan(50);
    for (const { name, ...made } of recorded) {
      const metric = ours.get(name);
      const buckets = metric?.buckets === 'max_model_len' ? TOKEN_BUCKETS : metric?.buckets;
      expect({ name, type: metric?.type, labels: metric?.labels, buckets }).toEqual({ name, ...made });
    }
  });

  test.each(['0.24.0', '0.33.0'])('%s registers all that needs no switch', (release) => {
    const path = new URL(`../../../test/golden/metrics/${release}.json`, import.meta.url);
    const recorded = new Set(RECORDED.parse(JSON.parse(readFileSync(path, 'utf8'))).map(({ name }) => name));
    const always = metricsOf(parseRelease(release)).filter(({ needs }) => needs.length === 0);
    // The engine registers this one when it has started.
    expect(always.map(({ name }) => name).filter((name) => !recorded.has(name))).toEqual(['vllm:cache_config_info']);
  });
});
