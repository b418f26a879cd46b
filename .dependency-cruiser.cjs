/** Folders from the bottom up: a folder may import only from itself and from those before it (data flows one way). */
const LAYERS = [
  'units',
  'errors',
  'catalog',
  'model',
  'hardware',
  'engine',
  'memory',
  'recommend',
  'performance',
  'plan',
  'artifacts',
  'doctor',
  'lint',
  'cli',
];

const upward = LAYERS.map((layer, index) => ({
  name: `${layer}-imports-only-from-below`,
  severity: 'error',
  from: { path: `^src/${layer}/`, pathNot: '\\.test\\.ts$' },
  to: { path: `^src/(${LAYERS.slice(index + 1).join('|') || 'nothing-above'})/` },
}));

/** The core runs in a browser: files at the edges are called fetch-*, detect-* or load-*. */
const CORE = 'units|errors|catalog|model|hardware|engine|memory|recommend|performance|plan';

module.exports = {
  forbidden: [
    ...upward,
    {
      name: 'core-has-no-io',
      severity: 'error',
      from: { path: `^src/(${CORE})/`, pathNot: '(/(fetch|detect|load)-[^/]*|\\.test|/test-support)\\.ts$' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'start-up-loads-declarations-only',
      comment: 'cli/main.ts and the command declarations import commander and the context; the work is imported when a command runs.',
      severity: 'error',
      from: { path: '^src/cli/(main|program|options|commands/[^/]+(?<!\\.run))\\.ts$' },
      to: {
        path: '^src/(plan|memory|model|performance|artifacts|doctor|lint)/',
        pathNot: '/(tool-version|emit-words)\\.ts$',
        dependencyTypesNot: ['type-only', 'dynamic-import'],
      },
    },
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only', 'dynamic-import'] } },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.js', '.json'] },
  },
};
