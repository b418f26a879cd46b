import type { Board } from '../board.ts';
import { numberText } from '../number-text.ts';
import type { LinesSpec, RowSpec } from '../panel-spec.ts';
import { rate, sumRate } from '../promql.ts';

const DRAFTS = 'vllm:spec_decode_num_drafts_total';
const DRAFTED = 'vllm:spec_decode_num_draft_tokens_total';
const ACCEPTED = 'vllm:spec_decode_num_accepted_tokens_total';

/** Whether the drafts are worth their time. */
export function speculationRow(board: Board): RowSpec {
  return { title: 'Speculative decoding', panels: [accepted(board), acceptance(), positions()] };
}

function accepted({ deployment: { load } }: Board): LinesSpec {
  return {
    kind: 'lines',
    title: 'Tokens of one step',
    width: 8,
    unit: 'count',
    queries: [
      { expr: `1 + ${sumRate(ACCEPTED)} / ${sumRate(DRAFTS)}`, legend: 'mean' },
      { expr: `vector(${load.acceptanceLength})`, legend: 'plan', planned: true },
    ],
    means: 'Accepted draft tokens and the one that the model adds itself. 1: no draft token is ever accepted.',
    plan: `${numberText(load.acceptanceLength)} tokens per step; the forecast of the speed stands on it.`,
    act: 'Below the plan: another draft model, or fewer draft tokens. Near 1: switch it off, it only costs.',
  };
}

function acceptance(): LinesSpec {
  return {
    kind: 'lines',
    title: 'Draft tokens accepted',
    width: 8,
    unit: 'fraction',
    max: 1,
    queries: [{ expr: `${sumRate(ACCEPTED)} / ${sumRate(DRAFTED)}`, legend: 'accepted' }],
    means: 'Share of the drafted tokens that the model agreed with.',
    act: 'Low with many draft tokens: the late positions fail; see beside.',
  };
}

function positions(): LinesSpec {
  const byPosition = 'vllm:spec_decode_num_accepted_tokens_per_pos_total';
  return {
    kind: 'lines',
    title: 'Accepted, by position in the draft',
    width: 8,
    unit: 'fraction',
    max: 1,
    queries: [
      { expr: `sum by (position) (${rate(byPosition)}) / on () group_left () ${sumRate(DRAFTS)}`, legend: 'position {{position}}' },
    ],
    means: 'How often the draft was right up to this position.',
    act: 'Positions near zero are wasted: draft fewer tokens.',
  };
}
