/** The library: pure and synchronous, no I/O, runs in a browser. Loaders and writers are other entry points. */
export type { GpuSpec } from './catalog/gpu-spec.ts';
export { GPU_LIST } from './catalog/gpus.ts';
export { type GpuMatch, matchGpu } from './catalog/match-gpu.ts';
export type { Finding } from './engine/finding.ts';
export { type ParsedCommand, parseServeCommand } from './engine/parse-serve-command.ts';
export { defaultServeArgs, type ServeArgs } from './engine/serve-args.ts';
export { NEWEST_RELEASE, RELEASES, type ResolvedVersion, resolveVersion } from './engine/version.ts';
export { type ErrorCode, EXIT_OF, WizardError } from './errors/wizard-error.ts';
export type { ModelSpec } from './model/model-spec.ts';
export { type ModelInput, parseModel } from './model/parse-model.ts';
export { plan } from './plan/plan.ts';
export type { PlanDocument } from './plan/plan-document.ts';
export {
  DEFAULT_POLICY,
  DEFAULT_WORKLOAD,
  type HardwareInput,
  type PlanRequest,
  type PolicyInput,
  type WorkloadInput,
} from './plan/plan-request.ts';
export type { PlanResult } from './plan/plan-result.ts';
