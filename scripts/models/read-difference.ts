import type { ShapeDifference } from '../../src/catalog/model-record.ts';

/** The scheme name of each way in which the table words a quantization; the first match counts. */
const SCHEMES: readonly (readonly [RegExp, string])[] = [
  [/^GGUF|^EXL3|^TR3|^QAT|bits, mixed|kind not stated|not stated|8 bits by|^4-bit float|^compressed-tensors$/, 'unknown'],
  [/^FP8 attention, INT4 experts/, 'fp8-int4-experts'],
  [/^INT4 experts, compressed-tensors, group 32/, 'int4-experts-g32'],
  [/^MXFP4 and FP8/, 'mxfp4-fp8'],
  [/^AWQ 4-bit/, 'awq'],
  [/^GPTQ 4-bit/, 'gptq-int4'],
  [/^AutoRound INT4/, 'autoround-int4'],
  [/^bitsandbytes 4-bit/, 'bnb-4bit'],
  [/^block FP8/, 'fp8-block'],
  [/^FP8,.* dynamic/, 'fp8-dynamic'],
  [/^FP8, static/, 'fp8-static'],
  [/^AMD Quark FP8/, 'quark-fp8'],
  [/^FP8/, 'fp8'],
  [/^NVFP4/, 'nvfp4'],
  [/^MXFP4/, 'mxfp4'],
  [/^INT8 weights and activations/, 'w8a8'],
  [/^INT8/, 'int8'],
  [/^INT4 weights, 8-bit activations/, 'w4a8'],
  [/^INT4 weights/, 'w4a16'],
];

/** NVFP4 told apart from the NVFP4 of the model whose shape it has: the scheme is the same, the mix is not known. */
const ANOTHER_MIX = /^(another NVFP4 mix|NVFP4 by another|NVFP4$)/;

/** Differences that change no number. */
const HARMLESS =
  /^(nothing\b.*|weights|weights:.*|as the base|end tokens?|end tokens? \(base model\)|weights (and end tokens|only|stated)|norm epsilon|not tied|other shards|stored as FP16|weights \(trained.*)$/;

const NUMBERS: readonly (readonly [RegExp, string])[] = [
  [/^vocab_size (\d+)$/, 'vocab_size'],
  [/^(?:context|max_position_embeddings) (\d+)$/, 'max_position_embeddings'],
  [/^rope_theta (\d+)$/, 'rope_theta'],
  [/^intermediate_size (?:is written )?(\d+)\b/, 'intermediate_size'],
  [/^n_routed_experts (\d+)\b/, 'n_routed_experts'],
  [/^sliding window (\d+)$/, 'sliding_window'],
];

const WITHOUT_MTP = { num_nextn_predict_layers: null, mtp_num_hidden_layers: null };

const SETTINGS: readonly (readonly [RegExp, Readonly<Record<string, unknown>>])[] = [
  [/^output head not tied$/, { tie_word_embeddings: false }],
  [/^no sliding window$/, { sliding_window: null }],
  [/^no long rope$/, { rope_scaling: null }],
  [/^no MTP (head|weights)$/, WITHOUT_MTP],
  [/^text only$/, { vision_config: null }],
  [/^model_type qwen2$/, { model_type: 'qwen2', architectures: ['Qwen2ForCausalLM'] }],
  [/^text model_type mistral$/, { 'text_config.model_type': 'mistral' }],
  [/^architecture (?=DiffusionGemmaForBlockDiffusion:)/, { architectures: ['DiffusionGemmaForBlockDiffusion'] }],
];

/** What a clause settles besides what it leaves open. */
const IMPLIED: typeof SETTINGS = [
  [/has no MTP layer/, WITHOUT_MTP],
  [/^language part only: a vision tower \(Pixtral/, { architectures: ['MistralForCausalLM'], model_type: 'mistral' }],
];

/** Clauses that are a sentence; the rest is cut at the commas outside brackets. */
const WHOLE = /^(quantization|no quantization|language part only|architecture|model_type|as |nothing|weights:|the |its )/;
const COMMA = /, (?![^(]*\))/;

/**
 * One cell of `differs_in` ("vocab_size 49155; context 4096; quantization: AWQ 4-bit") as typed differences.
 * What is not understood becomes a caveat in the source's own words, so that nothing is lost silently.
 *
 * @param target the model whose shape it has, for the caveats
 */
export function readDifference(text: string, target: string): ShapeDifference {
  const set: Record<string, unknown> = {};
  const caveats: string[] = [];
  let quantization: string | undefined;
  for (const clause of clausesOf(text)) {
    for (const [words, fields] of IMPLIED) if (words.test(clause)) Object.assign(set, fields);
    const stored = /^quantization:? (.*)$/.exec(clause)?.[1] ?? /^(FP8)$/.exec(clause)?.[1];
    if (stored !== undefined) {
      if (ANOTHER_MIX.test(stored) && /NVFP4/i.test(target)) {
        caveats.push(`its NVFP4 mix is another maker's than that of ${target}, by which it is sized`);
      } else {
        quantization = SCHEMES.find(([words]) => words.test(stored))?.[1] ?? 'unknown';
        if (quantization === 'unknown') caveats.push(`its weights are described as: ${stored}`);
        if (/group 64/.test(stored)) caveats.push('its quantization groups are of 64, sized as the usual 128');
      }
    } else if (clause.startsWith('no quantization')) quantization = 'none';
    else if (!HARMLESS.test(clause) && !readSetting(clause, set)) {
      caveats.push(`the numbers are those of ${target} and leave out one difference: ${clause}`);
    }
  }
  return {
    ...(Object.keys(set).length === 0 ? {} : { set }),
    ...(quantization === undefined ? {} : { quantization }),
    ...(caveats.length === 0 ? {} : { caveats }),
  };
}

function clausesOf(text: string): readonly string[] {
  return text
    .split(/; (?![^(]*\))/)
    .flatMap((clause) => (WHOLE.test(clause) ? [clause] : clause.split(COMMA)))
    .filter((clause, at, all) => all.indexOf(clause) === at);
}

function readSetting(clause: string, set: Record<string, unknown>): boolean {
  for (const [words, field] of NUMBERS) {
    const value = words.exec(clause)?.[1];
    if (value !== undefined) {
      set[field] = Number(value);
      return true;
    }
  }
  const setting = SETTINGS.find(([words]) => words.test(clause))?.[1];
  if (setting !== undefined) Object.assign(set, setting);
  return setting !== undefined;
}
