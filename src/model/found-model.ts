import { applyDifference } from '../catalog/apply-difference.ts';
import { configFromDimensions } from '../catalog/config-from-dimensions.ts';
import type { ModelCatalog } from '../catalog/model-catalog.ts';
import { isJsonObject, type JsonObject } from '../catalog/parse-json-text.ts';
import type { Resolution } from '../catalog/resolve-model-id.ts';
import { WizardError } from '../errors/wizard-error.ts';
import type { ModelInput } from './parse-model.ts';
import { schemeByName } from './quantization/scheme-by-name.ts';
import type { QuantizationSpec } from './quantization-spec.ts';
import { defaultLength } from './read-context.ts';

/** What `parseModel` needs, and what an answer about the model must say besides. */
export interface FoundModel extends ModelInput {
  readonly caveats: readonly string[];
  /** False: the config states no context length because it is not known, not because the model has none. */
  readonly contextKnown: boolean;
}

/**
 * The facts of a resolved name.
 *
 * @param storageStated the request says how the weights are stored, so an unknown scheme of the name does not matter
 * @throws WizardError MODEL_UNSUPPORTED when the name says that the weights are stored in a way that cannot be sized
 */
export function foundInCatalog(resolution: Resolution, catalog: ModelCatalog, storageStated: boolean): FoundModel {
  const facts = resolution.base.from === 'record' ? fromRecord(resolution, resolution.base.id, catalog) : fromDimensions(resolution);
  const architectures = isJsonObject(facts.config) && Array.isArray(facts.config.architectures) ? facts.config.architectures : [];
  const override = storageStated ? null : storageOf(resolution, typeof architectures[0] === 'string' ? architectures[0] : null);
  return {
    id: resolution.id,
    revision: null,
    ...facts,
    source: { kind: resolution.kind, detail: resolution.detail },
    ...(override === null ? {} : { quantizationOverride: override }),
  };
}

type Facts = Pick<
  FoundModel,
  'config' | 'hfQuantConfig' | 'publishedParameters' | 'activeParameters' | 'checkpointBytes' | 'caveats' | 'contextKnown'
>;

function fromRecord(resolution: Resolution, id: string, catalog: ModelCatalog): Facts {
  const record = catalog.record(id);
  if (record === undefined) throw new RangeError(`the catalog has no record of ${id}`);
  const itself = resolution.kind === 'catalog';
  const pruned = Object.hasOwn(resolution.set, 'n_routed_experts');
  return {
    config: applyDifference(record.config, resolution.set),
    hfQuantConfig: record.hfQuantConfig,
    publishedParameters: resolution.parameters ?? (itself ? record.parameters : null),
    activeParameters: pruned ? null : record.activeParameters,
    checkpointBytes: itself ? record.weightBytes : null,
    caveats: [...resolution.caveats, ...caveatsOfNote(record.note)],
    contextKnown: statesContext(record.config) || caveatsOfNote(record.note).length === 0 || hasDefaultLength(record.config),
  };
}

/** Only what can change a number: the record's remarks on where its id comes from stay with the sources. */
function caveatsOfNote(note: string | null): readonly string[] {
  return note !== null && /^(INCOMPLETE|trimmed)/.test(note) ? [`the catalog's copy of its config.json is not complete (${note})`] : [];
}

const CONTEXT_KEYS = [
  'max_position_embeddings',
  'n_positions',
  'seq_length',
  'model_max_length',
  'max_sequence_length',
  'max_target_positions',
];

function statesContext(config: JsonObject): boolean {
  const parts = [config, config.text_config, config.language_config, config.llm_config].filter(isJsonObject);
  return parts.some((part) => CONTEXT_KEYS.some((key) => typeof part[key] === 'number'));
}

/** The class fills the length in, as it would for vLLM. */
function hasDefaultLength(config: JsonObject): boolean {
  const text = [config.text_config, config.language_config, config.llm_config].find(isJsonObject) ?? config;
  return typeof text.model_type === 'string' && defaultLength(text.model_type) !== null;
}

function fromDimensions(resolution: Resolution): Facts {
  const synthesised = resolution.base.from === 'dimensions' ? configFromDimensions(resolution.base.row) : null;
  if (synthesised === null) throw new RangeError(`no config follows from the dimensions of ${resolution.id}`);
  return {
    config: synthesised.config,
    hfQuantConfig: null,
    publishedParameters: resolution.parameters,
    activeParameters: null,
    checkpointBytes: null,
    caveats: resolution.caveats,
    contextKnown: false,
  };
}

/** Names of the tables that mean a scheme of one publisher. */
const AS_OF_PUBLISHER: Readonly<Record<string, readonly [name: string, publisher: string]>> = { 'quark-fp8': ['fp8', 'amd'] };

function storageOf({ quantization, id, caveats }: Resolution, architecture: string | null): QuantizationSpec | null {
  if (quantization === null) return null;
  const [name, publisher] = AS_OF_PUBLISHER[quantization.name] ?? [quantization.name, quantization.publisher];
  const spec = schemeByName(name, publisher, architecture);
  if (spec !== null) return spec;
  const described = caveats.find((caveat) => caveat.startsWith('its weights'));
  const how =
    name === 'unknown'
      ? (described ?? 'its weights are stored in a format of which no size is known')
      : `its weights are stored as ${name}`;
  throw new WizardError('MODEL_UNSUPPORTED', {
    problem: `The shape of "${id}" is known, but ${how}, which cannot be planned.`,
    fix: 'State how the weights are stored with -q (awq, gptq, fp8, int8, nvfp4, mxfp4, bitsandbytes or none), or give the folder of the model.',
    facts: { model: id },
  });
}
