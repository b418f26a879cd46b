import type { ModelCatalog } from '../../catalog/model-catalog.ts';
import type { Finding } from '../../engine/finding.ts';
import { everyChoiceOf } from '../../engine/generated-flags.ts';
import { nearestName } from '../../errors/nearest-name.ts';
import { WizardError } from '../../errors/wizard-error.ts';
import { findModel } from '../../model/find-model.ts';
import type { FoundModel } from '../../model/found-model.ts';
import { readTextFile } from '../../model/load-local-model.ts';
import type { ModelSpec } from '../../model/model-spec.ts';
import { parseModel } from '../../model/parse-model.ts';
import { quantizationForRequest, type SchemeContext } from '../../model/quantization/scheme-by-name.ts';
import type { QuantizationSpec } from '../../model/quantization-spec.ts';
import type { CliContext } from '../context.ts';
import { siblingStoredAs } from './find-siblings.ts';

export interface ModelSettings {
  readonly model: string;
  readonly revision?: string | null | undefined;
  readonly offline?: true | undefined;
  readonly refresh?: true | undefined;
  readonly paramsB?: number | undefined;
  /** `-q`: how the weights are stored. */
  readonly storage?: string | undefined;
  /** vLLM's own `--quantization` of a command. */
  readonly flag: string | null;
}

export interface ReadModel {
  readonly model: ModelSpec;
  /** What vLLM's `--quantization` must say; null: nothing. */
  readonly quantizationFlag: string | null;
  readonly findings: readonly Finding[];
}

/** Models that one process has read, for batches. */
export interface ModelMemory {
  readonly found: Map<string, Promise<FoundModel>>;
  readonly specs: WeakMap<FoundModel, ModelSpec>;
  /** By the method that a request states. One object each, so that what is computed for a model can be kept with it. */
  readonly variants: WeakMap<ModelSpec, Map<string, ModelSpec>>;
}

export function newModelMemory(): ModelMemory {
  return { found: new Map(), specs: new WeakMap(), variants: new WeakMap() };
}

/**
 * Finds a model and applies what is said about its weights.
 *
 * @throws WizardError MODEL_UNKNOWN and its kin
 */
export async function readModel(
  ctx: CliContext,
  settings: ModelSettings,
  catalog: ModelCatalog | undefined,
  memory: ModelMemory,
): Promise<ReadModel> {
  const found = await findOnce(ctx, settings, catalog, memory);
  let spec = memory.specs.get(found);
  if (!spec) {
    spec = parseModel(found);
    memory.specs.set(found, spec);
  }
  const findings: Finding[] = settings.paramsB === undefined ? [] : [ignoredSize(settings.paramsB, spec)];
  const context = { publisher: spec.id.includes('/') ? (spec.id.split('/')[0] ?? null) : null, architecture: spec.architecture };
  if (settings.storage !== undefined) {
    const { storage } = settings;
    const model = variant(spec, storage, memory, (base) => storedAs(storage, base.quantization, context));
    if (model !== spec) findings.push(...differingWeights(spec, model.quantization, catalog));
    return { model, quantizationFlag: settings.flag ?? (model.quantization.online ? storage : null), findings };
  }
  return withFlag(spec, settings.flag, findings, (flag) =>
    variant(spec, `flag ${flag}`, memory, (base) => onlineScheme(flag, base.quantization, context)),
  );
}

/** Words of `-q` beside vLLM's own names, for suggestions. */
const STORAGE_WORDS = ['none', 'awq', 'gptq', 'int8', 'fp8', 'nvfp4', 'mxfp4', 'mxfp8', 'bitsandbytes', 'w4a16', 'w8a8', 'fp8-dynamic'];

/** A name that vLLM has but that cannot be sized is the model's failure; a name that nobody has is a slip of the user. */
function storedAs(storage: string, base: QuantizationSpec, context: SchemeContext): QuantizationSpec {
  try {
    return quantizationForRequest(storage, base, context);
  } catch (error) {
    if (!(error instanceof WizardError) || everyChoiceOf('--quantization').includes(storage.toLowerCase())) throw error;
    const near = nearestName(storage, STORAGE_WORDS);
    throw new WizardError('USAGE', {
      problem: `--quantization ${error.message}`,
      fix: near ? `Did you mean ${near}?` : error.fix,
      facts: error.facts,
      cause: error,
    });
  }
}

/** The model with its weights stored in another way; the same object for the same question. */
function variant(spec: ModelSpec, key: string, { variants }: ModelMemory, store: (base: ModelSpec) => QuantizationSpec): ModelSpec {
  const known = variants.get(spec) ?? new Map<string, ModelSpec>();
  variants.set(spec, known);
  const before = known.get(key);
  if (before) return before;
  const stored = store(spec);
  const made = stored === spec.quantization ? spec : { ...spec, quantization: stored, checkpointBytes: null };
  known.set(key, made);
  return made;
}

async function findOnce(
  ctx: CliContext,
  { model, revision, offline, refresh, storage, paramsB }: ModelSettings,
  catalog: ModelCatalog | undefined,
  { found }: ModelMemory,
): Promise<FoundModel> {
  const key = JSON.stringify([model, revision ?? null, offline ?? false, refresh ?? false, storage !== undefined]);
  const before = found.get(key);
  if (before) return before;
  const world = { fetch: ctx.fetch, env: ctx.env, readText: readTextFile, ...(catalog ? { catalog } : {}) };
  const request = {
    model,
    revision: revision ?? null,
    offline: offline ?? false,
    refresh: refresh ?? false,
    storageStated: storage !== undefined,
  };
  const asked = findModel(request, world).catch((error: unknown) => {
    throw paramsB === undefined ? error : sizeIsNotEnough(error);
  });
  found.set(key, asked);
  return asked;
}

/** A parameter count alone says nothing about layers and heads, and so nothing about the cache: no plan is made from it. */
function sizeIsNotEnough(error: unknown): unknown {
  if (!(error instanceof WizardError) || error.code !== 'MODEL_UNKNOWN') return error;
  return new WizardError('MODEL_UNKNOWN', {
    problem: `${error.message} --params-b does not help: without layers and heads the KV cache cannot be sized.`,
    fix: 'Give a local folder with the config.json, or the id of a model with the same shape.',
    facts: error.facts,
    cause: error,
  });
}

function ignoredSize(paramsB: number, { id }: ModelSpec): Finding {
  return {
    code: 'PARAMS_IGNORED',
    message: `--params-b ${paramsB} is not used: the shape of ${id} is known exactly.`,
    fix: null,
    fatal: false,
  };
}

/** vLLM quantizes to FP8 and bitsandbytes while loading; every other method needs a checkpoint that already is of it. */
function differingWeights(model: ModelSpec, stored: ModelSpec['quantization'], catalog: ModelCatalog | undefined): Finding[] {
  if (stored.online) return [];
  const sibling = siblingStoredAs(model, stored, catalog);
  const wanted = stored.method === 'none' ? '16-bit weights' : stored.method;
  return [
    {
      code: 'WEIGHTS_DIFFER',
      message: `${model.id} as named holds other weights (${model.quantization.label}) than planned for (${stored.label}).`,
      fix: sibling ? `Serve ${sibling}.` : `Serve a checkpoint of it that is stored as ${wanted}; the catalog knows none.`,
      fatal: false,
    },
  ];
}

/** Methods by which vLLM quantizes 16-bit weights while it loads them. @source vLLM `model_executor/layers/quantization` */
const ONLINE = new Set(['fp8', 'bitsandbytes', 'experts_int8', 'ptpc_fp8', 'torchao', 'rtn', 'online', 'mxfp8']);

function isOnline(flag: string): boolean {
  return ONLINE.has(flag) || flag.startsWith('fp8_per_') || flag.startsWith('int8_per_');
}

function onlineScheme(flag: string, base: QuantizationSpec, context: SchemeContext): QuantizationSpec {
  const scheme = flag.startsWith('fp8_per_') ? 'fp8' : flag.startsWith('int8_per_') ? 'int8' : flag;
  return { ...quantizationForRequest(scheme, base, context), online: true };
}

function withFlag(spec: ModelSpec, flag: string | null, findings: Finding[], online: (flag: string) => ModelSpec): ReadModel {
  if (flag === null) return { model: spec, quantizationFlag: null, findings };
  const method = spec.quantization.method;
  if (method === 'none' && isOnline(flag)) return { model: online(flag), quantizationFlag: flag, findings };
  if (method !== 'none' && isSameMethod(method, flag)) return { model: spec, quantizationFlag: flag, findings };
  const mismatch: Finding =
    method === 'none'
      ? {
          code: 'QUANTIZATION_MISSING',
          message: `Cannot find the config file for ${flag}: ${spec.id} holds plain weights, and vLLM does not make ${flag} weights while loading.`,
          fix: 'Drop --quantization, use --quantization fp8 (made while loading), or serve a checkpoint of that kind.',
          fatal: true,
        }
      : {
          code: 'QUANTIZATION_MISMATCH',
          message: `Quantization method specified in the model config (${method}) does not match the quantization method specified in the \`quantization\` argument (${flag}).`,
          fix: 'Drop --quantization: the checkpoint says how it is stored.',
          fatal: true,
        };
  return { model: spec, quantizationFlag: flag, findings: [...findings, mismatch] };
}

/** vLLM lets kernels of one family stand for each other (awq_marlin on an AWQ checkpoint). @source vLLM `config/model.py`, `_verify_quantization` */
function isSameMethod(method: string, flag: string): boolean {
  const family = (name: string): string => /awq|gptq|modelopt|compressed|mxfp4|fp8/.exec(name.replace('auto-round', 'gptq'))?.[0] ?? name;
  return method === flag || family(method) === family(flag) || flag === 'moe_wna16' || flag === 'inc';
}
