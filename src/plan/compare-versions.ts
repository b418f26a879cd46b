import type { Finding } from '../engine/finding.ts';
import { plan } from './plan.ts';
import type { PlanRequest } from './plan-request.ts';
import type { PlanResult } from './plan-result.ts';
import { TOOL_VERSION } from './tool-version.ts';
import { type AttributedChange, attributeChanges, type JudgedRelease } from './versions/attribute-changes.ts';
import { tokenMeaning } from './versions/token-meaning.ts';
import { type Effects, effectsBetween, figuresOf, type VersionFigures } from './versions/version-figures.ts';

/** One release: what `plan` or `check` says of the same request there. Sizes are those of rank 0. */
export interface VersionRow {
  readonly vllm_version: string;
  readonly verdict: 'starts' | 'fails';
  readonly fits: boolean;
  readonly failure: { readonly kind: string; readonly message: string } | null;
  readonly total_bytes: number;
  readonly requested_bytes: number | null;
  readonly weights_bytes: number | null;
  readonly peak_activation_bytes: number | null;
  readonly non_torch_bytes: number | null;
  readonly cuda_graph_bytes: number | null;
  readonly cuda_graph_in_budget: boolean | null;
  readonly outside_budget_bytes: number | null;
  readonly available_kv_cache_bytes: number | null;
  readonly tokens: number | null;
  /** What "GPU KV cache size: N tokens" counts in that release. */
  readonly tokens_meaning: string;
  readonly max_model_len: number | null;
  readonly max_concurrency: number | null;
  readonly bytes_per_request: number | null;
  readonly num_blocks: number | null;
  readonly block_size: number | null;
  readonly model_runner: 'v1' | 'v2' | null;
  readonly gpu_memory_utilization: number;
  readonly max_num_seqs: number;
  readonly max_num_batched_tokens: number;
}

/** What changed from one row to the next. */
export interface VersionStep {
  readonly from: string;
  readonly to: string;
  readonly effects: Effects;
  /** Every rule that differs; those without effect on this request have empty effects. */
  readonly rules: readonly AttributedChange[];
  /** Findings that the earlier release does not have: a flag that is gone, a method that it refuses. */
  readonly new_findings: readonly Finding[];
  /** Findings that the later release does not have any more. */
  readonly gone_findings: readonly Finding[];
}

export interface VersionComparison {
  readonly schema_version: 1;
  readonly tool_version: string;
  readonly mode: 'plan' | 'check';
  readonly model: string;
  readonly gpu: string;
  readonly gpu_count: number;
  readonly rows: readonly VersionRow[];
  readonly changes: readonly VersionStep[];
}

/**
 * The same request under several releases, oldest first, and why each row differs from the one before.
 *
 * @param requests one for each release, in ascending order, at least one
 */
export function compareAcrossVersions(requests: readonly PlanRequest[]): VersionComparison {
  const [first] = requests;
  if (first === undefined) throw new RangeError('no release to compare');
  const results = requests.map(plan);
  const changes = results.slice(1).flatMap((result, index) => {
    const before = results[index];
    return before === undefined ? [] : [stepOf(before, result)];
  });
  const { model, hardware, mode } = first;
  return {
    schema_version: 1,
    tool_version: TOOL_VERSION,
    mode,
    model: model.id,
    gpu: hardware.gpu.label,
    gpu_count: hardware.count,
    rows: results.map(rowOf),
    changes,
  };
}

function rowOf({ document, settings, request }: PlanResult): VersionRow {
  const { memory, config } = document;
  const [worker] = memory.workers;
  const cache = memory.kv_cache;
  return {
    vllm_version: document.vllm_version,
    verdict: memory.verdict,
    fits: document.feasibility.fits,
    failure: memory.failure === null ? null : { kind: memory.failure.kind, message: memory.failure.message },
    total_bytes: document.hardware.gpus[0]?.total_bytes ?? 0,
    requested_bytes: worker?.requested_bytes ?? null,
    weights_bytes: worker?.weights_bytes ?? null,
    peak_activation_bytes: worker?.peak_activation_bytes ?? null,
    non_torch_bytes: worker?.non_torch_bytes ?? null,
    cuda_graph_bytes: worker?.cuda_graph_bytes ?? null,
    cuda_graph_in_budget: worker?.cuda_graph_in_budget ?? null,
    outside_budget_bytes: worker?.outside_budget_bytes ?? null,
    available_kv_cache_bytes: worker?.available_kv_cache_bytes ?? null,
    tokens: cache?.tokens ?? null,
    tokens_meaning: tokenMeaning(request.vllm.version),
    max_model_len: cache?.max_model_len ?? null,
    max_concurrency: cache?.max_concurrency ?? null,
    bytes_per_request: cache?.bytes_per_request ?? null,
    num_blocks: cache?.num_blocks ?? null,
    block_size: cache?.block_size ?? null,
    model_runner: settings?.modelRunner ?? null,
    gpu_memory_utilization: config.gpu_memory_utilization,
    max_num_seqs: config.max_num_seqs,
    max_num_batched_tokens: config.max_num_batched_tokens,
  };
}

function stepOf(before: PlanResult, after: PlanResult): VersionStep {
  const judged = ({ request, args }: PlanResult): JudgedRelease => ({ request, args });
  return {
    from: before.document.vllm_version,
    to: after.document.vllm_version,
    effects: effectsBetween(figures(before), figures(after)),
    rules: attributeChanges(judged(before), judged(after)),
    new_findings: newIn(after, before),
    gone_findings: newIn(before, after),
  };
}

function figures({ memory, document }: PlanResult): VersionFigures | null {
  return figuresOf(memory, document.memory.verdict, document.config.max_model_len);
}

/** Compared by code and flag, since messages name the release. */
function newIn(later: PlanResult, earlier: PlanResult): readonly Finding[] {
  const known = new Set(findingsOf(earlier).map(fingerprint));
  return findingsOf(later).filter((finding) => !known.has(fingerprint(finding)));
}

function findingsOf({ document, request }: PlanResult): readonly Finding[] {
  const fatal = new Set([
    ...request.findings.filter((finding) => finding.fatal).map(({ message }) => message),
    document.memory.failure?.message,
  ]);
  return document.warnings
    .filter(({ code }) => code !== 'NO_PERFORMANCE')
    .map(({ code, message, fix }) => ({ code, message, fix, fatal: fatal.has(message) }));
}

function fingerprint({ code, message }: Finding): string {
  return `${code} ${message.replace(/\d+\.\d+\.\d+/g, 'X')}`;
}
