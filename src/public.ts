export type { ModelSpec } from './model/model-spec.ts';
