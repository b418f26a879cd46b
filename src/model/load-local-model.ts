import { open } from 'node:fs/promises';
import { WizardError } from '../errors/wizard-error.ts';
import { MAX_CONFIG_BYTES, parseConfigText } from './parse-config-text.ts';
import { readCheckpointBytes } from './read-checkpoint-bytes.ts';

/** A line a tensor: the largest checkpoints have 100,000 of them, about 10 MB. */
const MAX_INDEX_BYTES = 64 * 2 ** 20;

/** Text of a file of at most `maxBytes`; null: there is no such file. Rejects for a larger or unreadable one. */
export type ReadText = (path: string, maxBytes: number) => Promise<string | null>;

export interface LocalModel {
  /** The folder, as given. */
  readonly folder: string;
  readonly config: unknown;
  readonly hfQuantConfig: unknown;
  readonly checkpointBytes: number | null;
}

/** Whether a name can only mean a place on this machine. */
export function isPath(name: string): boolean {
  return /^(?:\.{0,2}[/\\]|~[/\\]|[A-Za-z]:[/\\]|\.{1,2}$)/.test(name) || /[/\\]config\.json$/.test(name);
}

/**
 * A model in a folder: config.json (the path may also name the file itself), the quantization files beside it, and the
 * size in model.safetensors.index.json. Null: the folder has no config.json.
 *
 * @throws WizardError MODEL_UNREADABLE naming the file
 */
export async function loadLocalModel(path: string, readText: ReadText): Promise<LocalModel | null> {
  const folder = path.replace(/[/\\]config\.json$/, '').replace(/(?<=.)[/\\]+$/, '');
  const file = (name: string): string => `${folder}/${name}`;
  const text = await readText(file('config.json'), MAX_CONFIG_BYTES);
  if (text === null) return null;
  const [quantization, gptq, index] = await Promise.all([
    readText(file('hf_quant_config.json'), MAX_CONFIG_BYTES),
    readText(file('quantize_config.json'), MAX_CONFIG_BYTES),
    readText(file('model.safetensors.index.json'), MAX_INDEX_BYTES),
  ]);
  const config = parseConfigText(text, file('config.json'));
  return {
    folder,
    config: gptq === null ? config : withGptq(config, parseConfigText(gptq, file('quantize_config.json'))),
    hfQuantConfig: quantization === null ? null : parseConfigText(quantization, file('hf_quant_config.json')),
    checkpointBytes: index === null ? null : readCheckpointBytes(index),
  };
}

/** Early GPTQ checkpoints keep their settings beside config.json; vLLM looks there when config.json says nothing. */
function withGptq(config: unknown, settings: unknown): unknown {
  if (!isObject(config) || !isObject(settings) || config.quantization_config !== undefined) return config;
  return { ...config, quantization_config: { quant_method: 'gptq', ...settings } };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `ReadText` on this machine's files. */
export async function readTextFile(path: string, maxBytes: number): Promise<string | null> {
  const file = await open(path).catch((cause: unknown) => {
    if (isMissing(cause)) return null;
    throw unreadable(path, 'cannot be opened', cause);
  });
  if (file === null) return null;
  try {
    const stat = await file.stat();
    if (!stat.isFile()) throw unreadable(path, 'is not a file');
    const { size } = stat;
    if (size > maxBytes) throw unreadable(path, `has ${size} bytes, more than the ${maxBytes} that a file of its kind may have`);
    return await file.readFile('utf8');
  } catch (cause) {
    throw cause instanceof WizardError ? cause : unreadable(path, 'cannot be read', cause);
  } finally {
    await file.close();
  }
}

function isMissing(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && (cause.code === 'ENOENT' || cause.code === 'ENOTDIR');
}

function unreadable(path: string, what: string, cause?: unknown): WizardError {
  return new WizardError('MODEL_UNREADABLE', {
    problem: `${path} ${what}.`,
    fix: 'Check the path and its permissions; the folder must hold the config.json of a Hugging Face model.',
    facts: { file: path },
    cause,
  });
}
