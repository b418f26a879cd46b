import { describe, expect, test } from 'vitest';
import { modelOf } from '../../test/model/model-of.ts';
import { matchGpu } from '../catalog/match-gpu.ts';
import { resolveSettings } from './resolve-settings.ts';
import { rulesFor } from './rules.ts';
import { defaultServeArgs } from './serve-args.ts';
import { parseRelease } from './version.ts';

const DECODER = {
  model_type: 'qwen2',
  hidden_size: 1024,
  num_hidden_layers: 2,
  num_attention_heads: 8,
  num_key_value_heads: 2,
  intermediate_size: 2048,
  vocab_size: 1000,
  max_position_embeddings: 40_960,
  torch_dtype: 'bfloat16',
};
const ENCODER = { ...DECODER, model_type: 'bert', num_key_value_heads: 8, max_position_embeddings: 512, type_vocab_size: 2 };

function settingsOf(config: object) {
  const found = matchGpu('H200 SXM');
  if (found.kind !== 'match') throw new Error('no such card');
  const rules = rulesFor(parseRelease('0.33.0'));
  return resolveSettings(modelOf(config), found.gpu, defaultServeArgs('acme/tiny'), rules);
}

describe('resolveSettings: prompts in chunks', () => {
  test.each([
    { why: 'a decoder that writes', architecture: 'Qwen2ForCausalLM', config: DECODER, chunks: true, tokens: 8192 },
    { why: 'a decoder that pools its last token', architecture: 'Qwen2Model', config: DECODER, chunks: true, tokens: 8192 },
    { why: 'a reward at every step', architecture: 'Qwen2ForProcessRewardModel', config: DECODER, chunks: false, tokens: 40_960 },
    { why: 'an encoder', architecture: 'BertModel', config: ENCODER, chunks: false, tokens: 8192 },
  ])('$why', ({ architecture, config, chunks, tokens }) => {
    const settings = settingsOf({ ...config, architectures: [architecture] });
    expect(settings).toMatchObject({ enableChunkedPrefill: chunks, enablePrefixCaching: chunks, maxNumBatchedTokens: tokens });
  });
});
