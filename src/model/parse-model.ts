import { WizardError } from '../errors/wizard-error.ts';
import { withoutHead } from './blocks/pooling.ts';
import { ConfigReader } from './config-reader.ts';
import { countWeights } from './count-parameters.ts';
import type { ModelShape } from './families/family.ts';
import { familyOf } from './families/registry.ts';
import type { DType, ModelSource, ModelSpec } from './model-spec.ts';
import { parseQuantization } from './parse-quantization.ts';
import type { QuantizationSpec } from './quantization-spec.ts';
import { readContext } from './read-context.ts';
import { rotaryTables } from './read-rotary.ts';

export interface ModelInput {
  readonly id: string;
  readonly revision: string | null;
  /** The object in config.json, unchecked (`parseConfigText`). */
  readonly config: unknown;
  /** The object in hf_quant_config.json; null: there is no such file. */
  readonly hfQuantConfig: unknown;
  readonly source: ModelSource;
  readonly publishedParameters: number | null;
  readonly activeParameters: number | null;
  readonly checkpointBytes: number | null;
  /**
   * The repository has a modules.json with a Pooling module, by which vLLM tells an embedding model from a chat model of
   * the same architecture. Absent: not known, the name decides.
   */
  readonly pools?: boolean;
  /** false: the config states no length because nobody knows it, not because the model has none. Absent: it is known. */
  readonly contextKnown?: boolean;
  /** What an answer about the model must say besides the caveats of its family. */
  readonly caveats?: readonly string[];
  /** Replaces what the config says, for a quantized variant of a known shape. */
  readonly quantizationOverride?: QuantizationSpec;
}

/**
 * A model as the engine sees it, from its config.json.
 *
 * @throws WizardError MODEL_UNREADABLE for a missing or ill-typed field or a total beyond counting, MODEL_UNSUPPORTED for an architecture, a
 *   setting or a quantization that is not understood
 */
export function parseModel(input: ModelInput): ModelSpec {
  const config = new ConfigReader(input.config);
  const architecture = config.optionalStrings('architectures')?.[0] ?? null;
  const modelType = config.optionalString('model_type');
  const family = familyOf(architecture, modelType);
  const shape = withTask(family.read(config), input);
  const text = textConfigOf(config);
  const model: ModelSpec = {
    ...shape,
    preLayers: [...shape.preLayers, ...rotaryTables(text, shape)],
    id: input.id,
    revision: input.revision,
    architecture: architecture ?? family.architectures[0] ?? family.name,
    modelType: modelType ?? family.modelTypes[0] ?? family.name,
    checkpointDtype: readDType(config) ?? readDType(text),
    quantization: input.quantizationOverride ?? parseQuantization({ config: input.config, hfQuantConfig: input.hfQuantConfig }),
    context: { ...readContext(text, shape.layers), isKnown: input.contextKnown !== false },
    caveats: [...shape.caveats, ...(input.caveats ?? [])],
    publishedParameters: input.publishedParameters,
    activeParameters: input.activeParameters,
    checkpointBytes: input.checkpointBytes,
    source: input.source,
  };
  refuseBeyondCounting(model);
  return model;
}

/** Sizes that are each within bounds can make a total that a number does not hold exactly; no figure of it would be right. */
function refuseBeyondCounting(model: ModelSpec): void {
  const { total } = countWeights(model);
  if (Number.isSafeInteger(total)) return;
  throw new WizardError('MODEL_UNREADABLE', {
    problem: `The model configuration describes ${total.toExponential(1)} parameters, more than can be counted.`,
    fix: 'Check the sizes in config.json (hidden_size, intermediate_size, num_hidden_layers, vocab_size, experts).',
    facts: { parameters: total },
  });
}

const EMBEDDING_NAME = /embed/i;

/** @source vLLM 0.33.0 `config/model.py` `_get_runner_type`, `transformers_utils/config.py` `get_pooling_config` */
function withTask(shape: ModelShape, { id, pools }: ModelInput): ModelShape {
  if (shape.task === 'pooling' || pools === false) return shape;
  if (pools === true) return withoutHead(shape);
  if (!EMBEDDING_NAME.test(id)) return shape;
  const caveat = 'Taken for an embedding model by its name: its config.json does not tell one from a chat model.';
  return { ...withoutHead(shape), caveats: [...shape.caveats, caveat] };
}

/** The language model's own part of a config; the whole of it when nothing is nested. */
export function textConfigOf(config: ConfigReader): ConfigReader {
  return config.optionalChild('text_config', 'language_config', 'llm_config') ?? config;
}

const DTYPES: Readonly<Record<string, DType>> = { float32: 'float32', float16: 'float16', bfloat16: 'bfloat16' };

/** "torch.bfloat16" or "bfloat16"; anything else (fp8 checkpoints say "float8_e4m3fn") leaves the choice to vLLM. */
function readDType(config: ConfigReader): DType | null {
  const name = config.optionalString('torch_dtype', 'dtype');
  return name === null ? null : (DTYPES[name.replace(/^torch\./, '')] ?? null);
}
