import type { Rule } from './rule.ts';
import { alertOnGpu } from './rules/alert-on-gpu.ts';
import { apiServerModule } from './rules/api-server-module.ts';
import { argumentGlued } from './rules/argument-glued.ts';
import { argumentUnknown } from './rules/argument-unknown.ts';
import { autoscalerConflict } from './rules/autoscaler-conflict.ts';
import { autoscalerOnCpu } from './rules/autoscaler-on-cpu.ts';
import { autoscalerOnGpu } from './rules/autoscaler-on-gpu.ts';
import { bindOfUnsetVariable } from './rules/bind-of-unset-variable.ts';
import { bucketUnknown } from './rules/bucket-unknown.ts';
import { commandOneString } from './rules/command-one-string.ts';
import { composeDeviceInvalid } from './rules/compose-device-invalid.ts';
import { composeVersionKey } from './rules/compose-version-key.ts';
import { dashboardUidMissing } from './rules/dashboard-uid-missing.ts';
import { dcgmLabel } from './rules/dcgm-label.ts';
import { disruptionBudgetBlocks } from './rules/disruption-budget-blocks.ts';
import { dockerfileShellForm } from './rules/dockerfile-shell-form.ts';
import { drainMissing } from './rules/drain-missing.ts';
import { entrypointDoubled } from './rules/entrypoint-doubled.ts';
import { entrypointImplicit } from './rules/entrypoint-implicit.ts';
import { exposedWithoutKey } from './rules/exposed-without-key.ts';
import { flagAbbreviated } from './rules/flag-abbreviated.ts';
import { flagConflict } from './rules/flag-conflict.ts';
import { flagRemoved } from './rules/flag-removed.ts';
import { flagRepeated } from './rules/flag-repeated.ts';
import { flagTooNew } from './rules/flag-too-new.ts';
import { flagUnknown } from './rules/flag-unknown.ts';
import { flagValue } from './rules/flag-value.ts';
import { flagWithoutEffect } from './rules/flag-without-effect.ts';
import { gpuCountAll } from './rules/gpu-count-all.ts';
import { gpuCountMismatch } from './rules/gpu-count-mismatch.ts';
import { gpuLimitDiffers } from './rules/gpu-limit-differs.ts';
import { gpuNotRequested } from './rules/gpu-not-requested.ts';
import { graceTooShort } from './rules/grace-too-short.ts';
import { healthcheckEarly } from './rules/healthcheck-early.ts';
import { healthcheckMissing } from './rules/healthcheck-missing.ts';
import { hostIpc } from './rules/host-ipc.ts';
import { hostNetwork } from './rules/host-network.ts';
import { hubTokenAlias } from './rules/hub-token-alias.ts';
import { hubTokenMissing } from './rules/hub-token-missing.ts';
import { imageTagFloating } from './rules/image-tag-floating.ts';
import { ingressTimeout } from './rules/ingress-timeout.ts';
import { kedaDefaultQuery } from './rules/keda-default-query.ts';
import { kedaIgnoresNothing } from './rules/keda-ignores-nothing.ts';
import { kedaQueryNotSingle } from './rules/keda-query-not-single.ts';
import { kedaScalesToZero } from './rules/keda-scales-to-zero.ts';
import { kedaTypes } from './rules/keda-types.ts';
import { kustomizeResourceMissing } from './rules/kustomize-resource-missing.ts';
import { livenessInitialDelay } from './rules/liveness-initial-delay.ts';
import { livenessKillsStart } from './rules/liveness-kills-start.ts';
import { memoryLimitDiffers } from './rules/memory-limit-differs.ts';
import { metricLabel } from './rules/metric-label.ts';
import { metricRemoved } from './rules/metric-removed.ts';
import { metricSuffix } from './rules/metric-suffix.ts';
import { metricTooNew } from './rules/metric-too-new.ts';
import { metricUnknown } from './rules/metric-unknown.ts';
import { modelFlagDeprecated } from './rules/model-flag-deprecated.ts';
import { modelMissing } from './rules/model-missing.ts';
import { monitorPortUnknown } from './rules/monitor-port-unknown.ts';
import { nameMissing } from './rules/name-missing.ts';
import { ncclP2pDisabled } from './rules/nccl-p2p-disabled.ts';
import { nodeSelectorGeneric } from './rules/node-selector-generic.ts';
import { pipUnpinned } from './rules/pip-unpinned.ts';
import { privileged } from './rules/privileged.ts';
import { probeMissing } from './rules/probe-missing.ts';
import { probeNeedsKey } from './rules/probe-needs-key.ts';
import { probeOnWorker } from './rules/probe-on-worker.ts';
import { probePortUnknown } from './rules/probe-port-unknown.ts';
import { probeTcp } from './rules/probe-tcp.ts';
import { progressDeadlineShort } from './rules/progress-deadline-short.ts';
import { promqlInvalid } from './rules/promql-invalid.ts';
import { quantileWithoutLe } from './rules/quantile-without-le.ts';
import { rateOfGauge } from './rules/rate-of-gauge.ts';
import { referenceUndefined } from './rules/reference-undefined.ts';
import { resourcesUnset } from './rules/resources-unset.ts';
import { restartMissing } from './rules/restart-missing.ts';
import { rocmAccessMissing } from './rules/rocm-access-missing.ts';
import { rolloutDeadlock } from './rules/rollout-deadlock.ts';
import { rootReadOnly } from './rules/root-read-only.ts';
import { scriptInvalid } from './rules/script-invalid.ts';
import { secretEmpty } from './rules/secret-empty.ts';
import { secretInClear } from './rules/secret-in-clear.ts';
import { selectorMismatch } from './rules/selector-mismatch.ts';
import { serviceNamedVllm } from './rules/service-named-vllm.ts';
import { serviceSelectsNothing } from './rules/service-selects-nothing.ts';
import { shellWithoutExec } from './rules/shell-without-exec.ts';
import { shmMissing } from './rules/shm-missing.ts';
import { shmOverLimit } from './rules/shm-over-limit.ts';
import { shmUnlimited } from './rules/shm-unlimited.ts';
import { startupProbeShort } from './rules/startup-probe-short.ts';
import { thresholdNoFraction } from './rules/threshold-no-fraction.ts';
import { tildeInQuotes } from './rules/tilde-in-quotes.ts';
import { trustRemoteCodeUnpinned } from './rules/trust-remote-code-unpinned.ts';
import { userWithoutHome } from './rules/user-without-home.ts';
import { valuesWithoutChart } from './rules/values-without-chart.ts';
import { variableInternal } from './rules/variable-internal.ts';
import { variableNotExpanded } from './rules/variable-not-expanded.ts';
import { variableRemoved } from './rules/variable-removed.ts';
import { volumeSharedRwo } from './rules/volume-shared-rwo.ts';
import { yamlInvalid } from './rules/yaml-invalid.ts';

/** Every rule, by id. A new one is a file in rules/ and two lines here. */
export const RULES: readonly Rule[] = [
  alertOnGpu,
  apiServerModule,
  argumentGlued,
  argumentUnknown,
  autoscalerConflict,
  autoscalerOnCpu,
  autoscalerOnGpu,
  bindOfUnsetVariable,
  bucketUnknown,
  commandOneString,
  composeDeviceInvalid,
  composeVersionKey,
  dashboardUidMissing,
  dcgmLabel,
  disruptionBudgetBlocks,
  dockerfileShellForm,
  drainMissing,
  entrypointDoubled,
  entrypointImplicit,
  exposedWithoutKey,
  flagAbbreviated,
  flagConflict,
  flagRemoved,
  flagRepeated,
  flagTooNew,
  flagUnknown,
  flagValue,
  flagWithoutEffect,
  gpuCountAll,
  gpuCountMismatch,
  gpuLimitDiffers,
  gpuNotRequested,
  graceTooShort,
  healthcheckEarly,
  healthcheckMissing,
  hostIpc,
  hostNetwork,
  hubTokenAlias,
  hubTokenMissing,
  imageTagFloating,
  ingressTimeout,
  kedaDefaultQuery,
  kedaIgnoresNothing,
  kedaQueryNotSingle,
  kedaScalesToZero,
  kedaTypes,
  kustomizeResourceMissing,
  livenessInitialDelay,
  livenessKillsStart,
  memoryLimitDiffers,
  metricLabel,
  metricRemoved,
  metricSuffix,
  metricTooNew,
  metricUnknown,
  modelFlagDeprecated,
  modelMissing,
  monitorPortUnknown,
  nameMissing,
  ncclP2pDisabled,
  nodeSelectorGeneric,
  pipUnpinned,
  privileged,
  probeMissing,
  probeNeedsKey,
  probeOnWorker,
  probePortUnknown,
  probeTcp,
  progressDeadlineShort,
  promqlInvalid,
  quantileWithoutLe,
  rateOfGauge,
  referenceUndefined,
  resourcesUnset,
  restartMissing,
  rocmAccessMissing,
  rolloutDeadlock,
  rootReadOnly,
  scriptInvalid,
  secretEmpty,
  secretInClear,
  selectorMismatch,
  serviceNamedVllm,
  serviceSelectsNothing,
  shellWithoutExec,
  shmMissing,
  shmOverLimit,
  shmUnlimited,
  startupProbeShort,
  thresholdNoFraction,
  tildeInQuotes,
  trustRemoteCodeUnpinned,
  userWithoutHome,
  valuesWithoutChart,
  variableInternal,
  variableNotExpanded,
  variableRemoved,
  volumeSharedRwo,
  yamlInvalid,
];
