import { WizardError } from '../../errors/wizard-error.ts';
import type { Deployment } from '../deployment.ts';
import { findMetric } from '../metrics/metrics-of.ts';

const RUNNING = 'vllm:num_requests_running';
const WAITING = 'vllm:num_requests_waiting';
/** Newest name first. */
const KV_USAGE = ['vllm:kv_cache_usage_perc', 'vllm:gpu_cache_usage_perc'] as const;

/** One element: a scaler that finds several series fails. */
export function inFlightQuery({ servedName }: Deployment): string {
  const model = modelMatcher(servedName);
  return `sum(${RUNNING}{${model}} + ${WAITING}{${model}})`;
}

/** The sum of shares in use, one for each engine; as an average over replicas it is the mean. */
export function kvUsageQuery({ servedName, version }: Deployment): string {
  const name = KV_USAGE.find((candidate) => findMetric(version, candidate)?.hidden === false);
  if (name === undefined) {
    throw new WizardError('CONTRADICTION', {
      problem: `vLLM ${version.join('.')} does not tell how full its KV cache is, so nothing can scale by it.`,
      fix: 'Plan for a newer release (--vllm-version).',
    });
  }
  return `sum(max by (namespace, pod) (${name}{${modelMatcher(servedName)}}))`;
}

/** For prometheus-adapter, which fills in which pods and by what to group; its value is of one pod. */
export const ADAPTER_QUERY = `sum(${RUNNING}{<<.LabelMatchers>>} + ${WAITING}{<<.LabelMatchers>>}) by (<<.GroupBy>>)`;
export const ADAPTER_SERIES = `${RUNNING}{namespace!="",pod!=""}`;

/** PromQL reads double quotes as Go does, which takes every escape of JSON. */
function modelMatcher(servedName: string): string {
  return `model_name=${JSON.stringify(servedName)}`;
}
