import type { Behaviour } from './behaviour.ts';
import type { Labels } from './exposition.ts';

/** Events per second, and the typical size of one where a metric measures sizes. */
export interface Events {
  readonly perS: number;
  readonly typical: number;
}

type Rule = (behaviour: Behaviour, labels: Labels) => number | Events;

const none = 0;
const perRequest =
  (typical: (behaviour: Behaviour) => number): Rule =>
  (behaviour) => ({ perS: behaviour.requestsPerS, typical: typical(behaviour) });
const perOutputToken =
  (typical: (behaviour: Behaviour) => number): Rule =>
  (behaviour) => ({ perS: behaviour.outputTokensPerS, typical: typical(behaviour) });

const e2e = ({ ttftS, decodeS }: Behaviour): number => ttftS + decodeS;
const promptLength = ({ promptTokensPerS, requestsPerS }: Behaviour): number => promptTokensPerS / Math.max(requestsPerS, 1e-9);
const answerLength = ({ outputTokensPerS, requestsPerS }: Behaviour): number => outputTokensPerS / Math.max(requestsPerS, 1e-9);
const drafts = ({ outputTokensPerS, acceptedPerDraft }: Behaviour): number => outputTokensPerS / (1 + acceptedPerDraft);
const DRAFT_TOKENS = 3;

/** What moves a counter or fills a histogram; whatever is not named here happens once a second. */
const RULES: Readonly<Record<string, Rule>> = {
  'vllm:prompt_tokens_total': ({ promptTokensPerS }) => promptTokensPerS,
  'vllm:generation_tokens_total': ({ outputTokensPerS }) => outputTokensPerS,
  'vllm:prompt_tokens_by_source_total': ({ promptTokensPerS, prefixHitFraction }, { source }) =>
    source === 'local_compute'
      ? promptTokensPerS * (1 - prefixHitFraction)
      : source === 'local_cache_hit'
        ? promptTokensPerS * prefixHitFraction
        : none,
  'vllm:prompt_tokens_cached_total': ({ promptTokensPerS, prefixHitFraction }) => promptTokensPerS * prefixHitFraction,
  'vllm:prompt_tokens_cached_by_source_total': ({ promptTokensPerS, prefixHitFraction }, { source }) =>
    source === 'device' ? promptTokensPerS * prefixHitFraction : none,
  'vllm:prompt_tokens_recomputed_total': ({ preemptionsPerS }) => 100 * preemptionsPerS,
  'vllm:prefix_cache_queries_total': ({ promptTokensPerS }) => promptTokensPerS,
  'vllm:prefix_cache_hits_total': ({ promptTokensPerS, prefixHitFraction }) => promptTokensPerS * prefixHitFraction,
  'vllm:gpu_prefix_cache_queries_total': ({ promptTokensPerS }) => promptTokensPerS,
  'vllm:gpu_prefix_cache_hits_total': ({ promptTokensPerS, prefixHitFraction }) => promptTokensPerS * prefixHitFraction,
  'vllm:num_preemptions_total': ({ preemptionsPerS }) => preemptionsPerS,
  'vllm:corrupted_requests_total': ({ requestsPerS, failedFraction }) => requestsPerS * failedFraction,
  'vllm:request_success_total': ({ requestsPerS, failedFraction }, { finished_reason }) =>
    finished_reason === 'stop'
      ? requestsPerS * (1 - failedFraction)
      : finished_reason === 'error' || finished_reason === 'abort'
        ? (requestsPerS * failedFraction) / 2
        : none,
  'vllm:admission_rejections_total': ({ requestsPerS, failedFraction }) => requestsPerS * failedFraction,
  'vllm:time_to_first_token_seconds': perRequest(({ ttftS }) => ttftS),
  'vllm:inter_token_latency_seconds': perOutputToken(({ tokenGapS }) => tokenGapS),
  'vllm:time_per_output_token_seconds': perOutputToken(({ tokenGapS }) => tokenGapS),
  'vllm:request_time_per_output_token_seconds': perRequest(({ tokenGapS }) => tokenGapS),
  'vllm:e2e_request_latency_seconds': perRequest(e2e),
  'vllm:request_queue_time_seconds': perRequest(({ queueS }) => queueS),
  'vllm:request_prefill_time_seconds': perRequest(({ prefillS }) => prefillS),
  'vllm:request_decode_time_seconds': perRequest(({ decodeS }) => decodeS),
  'vllm:request_inference_time_seconds': perRequest(({ prefillS, decodeS }) => prefillS + decodeS),
  'vllm:request_prompt_tokens': perRequest(promptLength),
  'vllm:request_generation_tokens': perRequest(answerLength),
  'vllm:request_max_num_generation_tokens': perRequest(answerLength),
  'vllm:request_params_max_tokens': perRequest(answerLength),
  'vllm:request_params_n': perRequest(() => 1),
  'vllm:request_prefill_kv_computed_tokens': perRequest(promptLength),
  'vllm:request_num_preemptions': perRequest(({ preemptionsPerS, requestsPerS }) => preemptionsPerS / Math.max(requestsPerS, 1e-9)),
  'vllm:iteration_tokens_total': ({ tokenGapS, outputTokensPerS, running }) => ({
    perS: outputTokensPerS > 0 ? 1 / tokenGapS : 0,
    typical: running,
  }),
  'vllm:spec_decode_num_drafts_total': drafts,
  'vllm:spec_decode_num_draft_tokens_total': (behaviour) => DRAFT_TOKENS * drafts(behaviour),
  'vllm:spec_decode_num_accepted_tokens_total': (behaviour) => behaviour.acceptedPerDraft * drafts(behaviour),
  'vllm:spec_decode_num_accepted_tokens_per_pos_total': (behaviour, { position }) =>
    Math.max(0, Math.min(1, behaviour.acceptedPerDraft - Number(position))) * drafts(behaviour),
  'vllm:nixl_bytes_transferred': perRequest(() => 5e7),
  'vllm:nixl_xfer_time_seconds': perRequest(() => 0.01),
  http_requests_total: ({ requestsPerS, failedFraction }, { status }) =>
    status === '2xx' ? requestsPerS * (1 - failedFraction) : status === '5xx' ? requestsPerS * failedFraction : none,
  http_request_duration_seconds: perRequest(e2e),
  http_request_duration_highr_seconds: perRequest(e2e),
};

const FAILURE = /_(failed|expired|failures?|dropped|after_expiry)(_|$)/;

export function eventsOf(name: string, labels: Labels, behaviour: Behaviour): Events {
  const rule = RULES[name];
  const events = rule === undefined ? (FAILURE.test(name) ? behaviour.transferFailuresPerS : 1) : rule(behaviour, labels);
  return typeof events === 'number' ? { perS: events, typical: 1 } : events;
}
