import { defineConfig } from 'tsdown';

/** One bundle, split by command: start-up loads the option declarations only. Dependencies are bundled for start-up time. */
export default defineConfig({
  entry: { public: 'src/public.ts', 'cli/main': 'src/cli/main.ts' },
  format: 'esm',
  platform: 'node',
  target: 'node20',
  fixedExtension: false,
  dts: true,
  clean: true,
  copy: [{ from: 'src/catalog/data/*', to: 'dist/catalog/data' }],
});
