import { defineConfig } from 'vitest/config';

/** Against real programs of the Prometheus project: not part of `npm test`, which needs nothing but Node. */
export default defineConfig({
  test: {
    include: ['test/monitoring/**/*.proof.ts'],
    testTimeout: 120_000,
    hookTimeout: 60_000,
    // They wait for clocks more than they work.
    maxWorkers: 2,
  },
});
