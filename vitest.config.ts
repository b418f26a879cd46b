import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'scripts/**/*.test.ts'],
    // A test that starts processes may wait for a busy machine; none measures time.
    testTimeout: 60_000,
  },
});
