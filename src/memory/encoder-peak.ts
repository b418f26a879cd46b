import type { EngineSettings } from '../engine/engine-settings.ts';
import { otherObject } from '../engine/other-flags.ts';
import type { ServeArgs } from '../engine/serve-args.ts';
import { isObject } from '../engine/set-json-args.ts';
import type { ModelSpec, TowerSpec } from '../model/model-spec.ts';
import type { Layout } from './layout.ts';

export interface EncoderBytes {
  /** Highest point while the encoder runs, before the language model does. */
  readonly transientBytes: number;
  /** Inputs and outputs that stay alive while the language model is profiled. */
  readonly keptBytes: number;
}

const NOTHING: EncoderBytes = { transientBytes: 0, keptBytes: 0 };

/** Values of one input patch: 3 channels of 14 × 14 pixels, the commonest patch. @source SigLIP, MoonViT, Qwen2-VL processors */
const VALUES_PER_PATCH = 3 * 14 * 14;
/** Live copies of an encoder's hidden states, as in a decoder layer (memory/activation.ts). */
const HIDDEN_COPIES = 4;

/**
 * The encoder on a dummy batch of the modality with the most tokens an item, and what of it stays (vllm-memory §4.1):
 *
 *   items = max(1, min(floor(max(T, tokens) / tokens), max_num_seqs × items a prompt))
 *   kept  = items × (tokens × H + patches × 588) × b
 *
 * `--mm-processor-kwargs` with `max_pixels` or `size` makes items smaller; a width and height in `--limit-mm-per-prompt`
 * make the dummy items smaller, not their number.
 *
 * @source vLLM v1/worker/gpu_model_runner.py `profile_run`, multimodal/encoder_budget.py, config/multimodal.py `ImageDummyOptions`; checked on Gemma-3-4B and
 *   Kimi-VL (0.19.0, H100): kept part within 0.1 GiB
 */
export function encoderPeak(model: ModelSpec, settings: EngineSettings, args: ServeArgs, layout: Layout): EncoderBytes {
  const tower = widestTower(model, args);
  const tokens = tower === null ? null : tokensPerItem(tower, args);
  if (tower === null || tokens === null) return NOTHING;
  const perPrompt = Math.max(1, Math.min(args.limitMmPerPrompt?.[tower.modality] ?? 999, Math.floor(settings.maxModelLen / tokens)));
  const budget = Math.max(settings.maxNumBatchedTokens, tokens);
  const items = Math.max(1, Math.min(Math.floor(budget / tokens), settings.maxNumSeqs * perPrompt));
  const dummyTokens = Math.min(tokens, dummySize(tower, args) ?? tokens);
  const patches = dummyTokens * (tower.patchesPerToken ?? 1);
  const b = settings.dtypeBytes;
  const ranks = tower.shardable && args.mmEncoderTpMode !== 'data' ? layout.tensorParallel : 1;
  const width = HIDDEN_COPIES * (tower.hiddenSize ?? 0) + (3 * (tower.intermediateSize ?? 0)) / ranks;
  return {
    transientBytes: Math.round(items * patches * b * width),
    keptBytes: items * (dummyTokens * model.hiddenSize + patches * VALUES_PER_PATCH) * b,
  };
}

/** The tower that is profiled: the most tokens an item among those that are not switched off. */
function widestTower(model: ModelSpec, args: ServeArgs): TowerSpec | null {
  if (args.languageModelOnly || args.skipMmProfiling) return null;
  const on = model.towers.filter((tower) => args.limitMmPerPrompt?.[tower.modality] !== 0);
  return [...on].sort((a, b) => (tokensPerItem(b, args) ?? 0) - (tokensPerItem(a, args) ?? 0))[0] ?? null;
}

/** The most tokens of an item, after limits on its pixels. */
function tokensPerItem({ maxTokensPerItem, modality, pixelsPerToken }: TowerSpec, args: ServeArgs): number | null {
  if (maxTokensPerItem === null || pixelsPerToken === undefined || modality !== 'image') return maxTokensPerItem;
  const pixels = largestPixels(otherObject(args, '--mm-processor-kwargs'));
  return pixels === null ? maxTokensPerItem : Math.max(1, Math.floor(pixels / pixelsPerToken));
}

/** `max_pixels` of Qwen's processors, `size.longest_edge` (pixels as well) in newer Transformers; either under `images_kwargs` too. */
function largestPixels(kwargs: Readonly<Record<string, unknown>>): number | null {
  const { max_pixels: pixels, size, images_kwargs: inner } = kwargs;
  if (typeof pixels === 'number' && pixels > 0) return pixels;
  if (isObject(size) && typeof size.longest_edge === 'number' && size.longest_edge > 0) return size.longest_edge;
  return isObject(inner) ? largestPixels(inner) : null;
}

/** Tokens of the dummy item that `--limit-mm-per-prompt {"image": {"count": 1, "width": 512, "height": 512}}` asks for. */
function dummySize({ modality, pixelsPerToken }: TowerSpec, args: ServeArgs): number | null {
  const options = otherObject(args, '--limit-mm-per-prompt')[modality];
  if (pixelsPerToken === undefined || !isObject(options)) return null;
  const { width, height } = options;
  if (typeof width !== 'number' || typeof height !== 'number') return null;
  return Math.max(1, Math.floor((width * height) / pixelsPerToken));
}
