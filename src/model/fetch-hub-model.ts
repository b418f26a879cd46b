import { WizardError } from '../errors/wizard-error.ts';
import { fetchHubFile, type HubFile, type HubFileRequest } from './fetch-hub-file.ts';
import { type Environment, hostOf, hubAccess } from './hub-endpoint.ts';
import { MAX_CONFIG_BYTES, parseConfigText } from './parse-config-text.ts';
import { readCheckpointBytes } from './read-checkpoint-bytes.ts';

/** The index of the largest checkpoints (a line a tensor, 100,000 of them) has about 10 MB. */
const MAX_INDEX_BYTES = 64 * 2 ** 20;
/** One answer of the Hub takes well under a second; after this a person has stopped waiting. */
const TIMEOUT_MS = 20_000;
/** An organisation and a name, or one of the Hub's first models, which have a name only ("gpt2"). */
const HUB_ID = /^[\w.-]{1,96}(?:\/[\w.-]{1,96})?$/;

export interface HubWorld {
  readonly fetch: typeof fetch;
  readonly env: Environment;
}

export interface HubModel {
  readonly id: string;
  /** The commit that answered; null: the Hub did not say. */
  readonly commit: string | null;
  readonly config: unknown;
  readonly hfQuantConfig: unknown;
  readonly checkpointBytes: number | null;
}

export function isHubId(id: string): boolean {
  return HUB_ID.test(id) && !id.includes('..');
}

/**
 * The three small files of a Hub repository that say what a model is: config.json, hf_quant_config.json and
 * model.safetensors.index.json. The last two may be missing. Nothing else is downloaded.
 *
 * @throws WizardError MODEL_GATED, MODEL_UNKNOWN, MODEL_UNREACHABLE or MODEL_UNREADABLE, each with its own fix
 */
export async function fetchHubModel(id: string, revision: string, world: HubWorld): Promise<HubModel> {
  const access = hubAccess(world.env);
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const get = (file: string, maxBytes: number): Promise<HubFile | null> =>
    getFile({ id, revision, file, maxBytes, access, fetch: world.fetch, signal });
  // All at once: two of the three are optional and waiting for one to ask for the next would triple the time.
  const [config, quantization, index] = await Promise.allSettled([
    get('config.json', MAX_CONFIG_BYTES),
    get('hf_quant_config.json', MAX_CONFIG_BYTES),
    get('model.safetensors.index.json', MAX_INDEX_BYTES),
  ]);
  const configFile = settled(config);
  if (configFile === null) {
    throw new WizardError('MODEL_UNREADABLE', {
      problem: `"${id}" has no config.json on ${hostOf(access.endpoint)}.`,
      fix: 'Name a repository in the Hugging Face layout; GGUF files and adapters have no config.json of their own.',
      facts: { model: id, revision },
    });
  }
  const quantizationFile = settled(quantization);
  const indexFile = settled(index);
  return {
    id,
    commit: configFile.commit,
    config: parseConfigText(configFile.text, `config.json of ${id}`),
    hfQuantConfig: quantizationFile === null ? null : parseConfigText(quantizationFile.text, `hf_quant_config.json of ${id}`),
    checkpointBytes: indexFile === null ? null : readCheckpointBytes(indexFile.text),
  };
}

function settled<Value>(result: PromiseSettledResult<Value>): Value {
  if (result.status === 'rejected') throw result.reason;
  return result.value;
}

/** One file of the repository; null: the repository has no such file. */
async function getFile(request: HubFileRequest): Promise<HubFile | null> {
  const { id, access, signal } = request;
  try {
    return await fetchHubFile(request);
  } catch (cause) {
    if (cause instanceof WizardError) throw cause;
    throw new WizardError('MODEL_UNREACHABLE', {
      problem: signal.aborted
        ? `${hostOf(access.endpoint)} did not answer within ${TIMEOUT_MS / 1000} s.`
        : `${hostOf(access.endpoint)} cannot be reached.`,
      fix: 'Check the network and HF_ENDPOINT, or give a local folder with the config.json, or an id of the catalog (vllm-wizard models).',
      facts: { model: id },
      cause,
    });
  }
}
