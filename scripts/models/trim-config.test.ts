import { describe, expect, it } from 'vitest';
import { trimConfig } from './trim-config.ts';

describe('trimConfig', () => {
  it('takes away what decides nothing, at every depth, and keeps the rest in order', () => {
    const trimmed = trimConfig({
      transformers_version: '4.51.0',
      hidden_size: 4096,
      bos_token_id: 1,
      sliding_window: null,
      text_config: { rms_norm_eps: 1e-6, attention_dropout: 0, layer_types: ['full_attention'], initializer_range: 0.02 },
    });
    expect(JSON.stringify(trimmed)).toBe('{"hidden_size":4096,"sliding_window":null,"text_config":{"layer_types":["full_attention"]}}');
  });

  it('keeps the number of labels where it is not the default, not their names', () => {
    expect(trimConfig({ id2label: { 0: 'LABEL_0' }, label2id: { LABEL_0: 0 } })).toEqual({ num_labels: 1 });
    expect(trimConfig({ id2label: { 0: 'LABEL_0', 1: 'LABEL_1' } })).toEqual({});
    expect(trimConfig({ id2label: { 0: 'LABEL_0' }, num_labels: 3 })).toEqual({ num_labels: 3 });
  });

  it('folds a list of equal expert matrices into one entry a mixture', () => {
    const scheme = { quant_algo: 'NVFP4', group_size: 16 };
    const trimmed = trimConfig({
      quantized_layers: { 'layers.0.mlp.experts.0.w1': scheme, 'layers.0.mlp.experts.1.w1': scheme, 'layers.0.self_attn.q_proj': scheme },
    });
    expect(trimmed.quantized_layers).toEqual({ 'layers.0.mlp.experts': scheme, 'layers.0.self_attn.q_proj': scheme });
  });

  it('leaves mixtures alone whose matrices differ', () => {
    const layers = { 'layers.0.mlp.experts.0.w1': { quant_algo: 'NVFP4' }, 'layers.0.mlp.experts.0.w2': { quant_algo: 'FP8' } };
    expect(trimConfig({ quantized_layers: layers }).quantized_layers).toEqual(layers);
  });
});
