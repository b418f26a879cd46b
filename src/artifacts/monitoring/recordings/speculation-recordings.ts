import { engineSeries, growing } from '../input-series.ts';
import type { RecordingRule } from '../rule.ts';
import type { Watch } from '../watch.ts';

const DRAFTS = 'vllm:spec_decode_num_drafts_total';
const DRAFTED = 'vllm:spec_decode_num_draft_tokens_total';
const ACCEPTED = 'vllm:spec_decode_num_accepted_tokens_total';

export const ACCEPTANCE_LENGTH = 'model:vllm_spec_acceptance_length:mean5m';

/** Whether the server drafts tokens. */
export function drafts(watch: Watch): boolean {
  return watch.fed(DRAFTS) !== null;
}

/** How well drafts are guessed, where the server drafts. */
export function speculationRecordings(watch: Watch): RecordingRule[] {
  if (!drafts(watch)) return [];
  const sum = (counter: string): string => `sum by (model_name) (rate(${watch.engines(counter)}[5m]))`;
  const input = [
    growing(engineSeries(watch, DRAFTS), 60),
    growing(engineSeries(watch, DRAFTED), 240),
    growing(engineSeries(watch, ACCEPTED), 90),
  ];
  const proof = (value: number): RecordingRule['proof'] => ({
    input,
    minutes: 20,
    labels: { model_name: watch.deployment.servedName },
    value,
  });
  return [
    {
      record: 'model:vllm_spec_acceptance:ratio5m',
      expr: `${sum(ACCEPTED)} / ${sum(DRAFTED)}`,
      because: 'Share of drafted tokens that the model takes.',
      proof: proof(0.375),
    },
    {
      record: ACCEPTANCE_LENGTH,
      expr: `1 + ${sum(ACCEPTED)} / ${sum(DRAFTS)}`,
      because: 'Tokens of one step: the accepted ones and the one that the model adds itself.',
      proof: proof(2.5),
    },
  ];
}
