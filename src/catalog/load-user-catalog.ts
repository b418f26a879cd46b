import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { WizardError } from '../errors/wizard-error.ts';
import type { GpuSpec } from './gpu-spec.ts';
import type { ModelRecord } from './model-record.ts';
import { isJsonObject, parseJsonText } from './parse-json-text.ts';
import { userGpuSchema } from './user-gpu-schema.ts';

/** As for config.json from elsewhere: the largest real one has 3 MB. */
const MAX_FILE_BYTES = 8 * 2 ** 20;
/** A folder of one's own models, not a mirror of the Hub. */
const MAX_FILES = 2000;

export interface UserCatalog {
  readonly models: readonly ModelRecord[];
  readonly gpus: readonly GpuSpec[];
}

const count = z.int().positive().nullable().default(null);
const object = z.record(z.string(), z.unknown());

/** A model file as the embedded catalog's own source has it; everything but the id and the config may be left out. */
const modelFile = z.object({
  id: z.string().regex(/^[\w.-]+(\/[\w.-]+)?$/, 'must be a Hub id such as "acme/tiny-8b"'),
  config: object,
  hf_quant_config: object.nullable().default(null),
  parameters: count,
  active_parameters: count,
  weight_bytes: count,
  sources: z.array(z.string()).default([]),
  note: z.string().nullable().default(null),
});

/**
 * A folder with models and GPUs of one's own: `ORG--NAME.json` holds a model, either as `{ "id", "config", … }` or as a
 * bare config.json; `gpus.json` holds a list of GPU rows in the shape of `GpuSpec`.
 *
 * @throws WizardError CATALOG_UNREADABLE naming the file and the field
 */
export function loadUserCatalog(folder: string): UserCatalog {
  const files = listFiles(folder);
  const models = files.filter((file) => file !== 'gpus.json').map((file) => readModel(folder, file));
  const gpus = files.includes('gpus.json') ? readGpus(join(folder, 'gpus.json')) : [];
  const twice = models.find((model, at) => models.findIndex((other) => other.id === model.id) < at);
  if (twice !== undefined) throw unreadable(folder, `has two files for the model "${twice.id}"`);
  return { models, gpus };
}

function listFiles(folder: string): readonly string[] {
  const files = attempt(folder, 'is not a folder that can be read', () => readdirSync(folder))
    .filter((file) => file.endsWith('.json'))
    .sort();
  if (files.length > MAX_FILES) throw unreadable(folder, `has ${files.length} files, more than the ${MAX_FILES} of a catalog`);
  if (files.length === 0) throw unreadable(folder, 'has no ORG--NAME.json and no gpus.json');
  return files;
}

function readModel(folder: string, file: string): ModelRecord {
  const path = join(folder, file);
  const raw = readJson(path);
  if (isJsonObject(raw) && !Object.hasOwn(raw, 'config')) return readBareConfig(path, file, raw);
  const model = check(path, modelFile, raw);
  return {
    id: model.id,
    config: model.config,
    hfQuantConfig: model.hf_quant_config,
    parameters: model.parameters,
    activeParameters: model.active_parameters,
    weightBytes: model.weight_bytes,
    sources: model.sources.length > 0 ? model.sources : [path],
    note: model.note,
  };
}

function readBareConfig(path: string, file: string, config: ModelRecord['config']): ModelRecord {
  const id = file.replace(/\.json$/, '').replace('--', '/');
  if (!Object.hasOwn(config, 'model_type') && !Object.hasOwn(config, 'architectures')) {
    throw unreadable(path, 'is neither { "id", "config" } nor a config.json (it has no "model_type" and no "architectures")');
  }
  return { id, config, hfQuantConfig: null, parameters: null, activeParameters: null, weightBytes: null, sources: [path], note: null };
}

function readGpus(path: string): readonly GpuSpec[] {
  return check(path, z.array(userGpuSchema), readJson(path));
}

function readJson(path: string): unknown {
  const { size } = attempt(path, 'cannot be read', () => statSync(path));
  if (size > MAX_FILE_BYTES) throw unreadable(path, `has ${size} bytes, more than the ${MAX_FILE_BYTES} that a catalog file may have`);
  const text = attempt(path, 'cannot be read', () => readFileSync(path, 'utf8'));
  return attempt(path, 'is not JSON', () => parseJsonText(text));
}

function check<Schema extends z.ZodType>(path: string, schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const field = issue === undefined || issue.path.length === 0 ? '' : ` at "${issue.path.join('.')}"`;
  throw unreadable(path, `is not understood${field}: ${issue?.message ?? 'it has another shape'}`);
}

function attempt<Value>(path: string, what: string, read: () => Value): Value {
  try {
    return read();
  } catch (cause) {
    throw unreadable(path, what, cause);
  }
}

function unreadable(file: string, what: string, cause?: unknown): WizardError {
  return new WizardError('CATALOG_UNREADABLE', {
    problem: `${file} ${what}.`,
    fix: 'Correct the file, or take it out of the folder given with --catalog.',
    facts: { file },
    cause,
  });
}
