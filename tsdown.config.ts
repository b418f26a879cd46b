import { fileURLToPath } from 'node:url';
import { defineConfig } from 'tsdown';

/** The same library as ES modules: what is not used stays out, and entries for browsers get no `require`. */
const YAML_MODULES = fileURLToPath(new URL('node_modules/yaml/browser/index.js', import.meta.url));

/** One bundle, split by command: start-up loads the option declarations only. Dependencies are bundled for start-up time. */
export default defineConfig({
  entry: {
    public: 'src/public.ts',
    node: 'src/node.ts',
    schemas: 'src/schemas.ts',
    artifacts: 'src/artifacts/public.ts',
    'cli/main': 'src/cli/main.ts',
  },
  format: 'esm',
  platform: 'node',
  target: 'node20',
  fixedExtension: false,
  dts: true,
  clean: true,
  alias: { yaml: YAML_MODULES },
  // A fifth of the code that a plan has to read would be comments; the declarations keep them.
  outputOptions: { comments: { legal: true, annotation: true, jsdoc: false } },
  copy: [{ from: 'src/catalog/data/*', to: 'dist/catalog/data' }],
});
