import { loadModelCatalog } from '../catalog/load-models.ts';
import type { ModelCatalog } from '../catalog/model-catalog.ts';
import { type ModelLookup, resolveModelId } from '../catalog/resolve-model-id.ts';
import { WizardError } from '../errors/wizard-error.ts';
import { fetchHubModel, type HubWorld, isHubId } from './fetch-hub-model.ts';
import { type FoundModel, foundInCatalog } from './found-model.ts';
import { isPath, loadLocalModel, type ReadText } from './load-local-model.ts';

export interface ModelRequest {
  /** A folder, a Hub id, or a name as people write it. */
  readonly model: string;
  readonly revision?: string | null;
  /** Never ask the Hub. */
  readonly offline?: boolean;
  /** Ask the Hub first, whatever the catalog knows. */
  readonly refresh?: boolean;
  /** The request says how the weights are stored (`-q`): a name that hints at an unknown format is no obstacle then. */
  readonly storageStated?: boolean;
}

/** What finding a model may touch. */
export interface ModelWorld extends HubWorld {
  readonly readText: ReadText;
  /** Absent: the embedded one. */
  readonly catalog?: ModelCatalog;
}

/**
 * The facts about a model, from the first place that has them: a local folder, the catalog, the Hub. `refresh` puts the Hub
 * before the catalog, `offline` leaves it out.
 *
 * @throws WizardError MODEL_UNKNOWN with the nearest names, MODEL_GATED, MODEL_UNREACHABLE, MODEL_UNREADABLE, MODEL_UNSUPPORTED
 */
export async function findModel(request: ModelRequest, world: ModelWorld): Promise<FoundModel> {
  const catalog = world.catalog ?? loadModelCatalog();
  const local = await findLocal(request, world);
  if (local !== null) return local;
  const lookup = resolveModelId(request.model, catalog.index);
  if (request.refresh === true && request.offline !== true) return findOnHub(hubIdOf(request, lookup), request, world);
  if (lookup.kind === 'found') return withRevision(foundInCatalog(lookup.resolution, catalog, request.storageStated === true), request);
  if (lookup.kind === 'ambiguous' || request.offline === true || !isHubId(request.model))
    throw notFound(request.model, lookup, request.offline);
  return findOnHub(request.model, request, world).catch((cause: unknown) => {
    throw cause instanceof WizardError ? withNearest(cause, lookup) : cause;
  });
}

const found = new WeakMap<ModelCatalog, Map<string, FoundModel>>();

/**
 * The facts about a model from the catalog alone, at once: for batches of hundreds of questions a second. The same name
 * gives the same object, so what is made of it can be remembered with it.
 *
 * @throws WizardError MODEL_UNKNOWN, MODEL_UNSUPPORTED
 */
export function findCatalogModel(model: string, storageStated = false, catalog: ModelCatalog = loadModelCatalog()): FoundModel {
  const known = found.get(catalog) ?? new Map<string, FoundModel>();
  found.set(catalog, known);
  const key = `${storageStated} ${model}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const lookup = resolveModelId(model, catalog.index);
  if (lookup.kind !== 'found') throw notFound(model, lookup, true);
  const made = foundInCatalog(lookup.resolution, catalog, storageStated);
  known.set(key, made);
  return made;
}

async function findLocal({ model }: ModelRequest, { readText, env }: ModelWorld): Promise<FoundModel | null> {
  const path = model.startsWith('~/') && env.HOME !== undefined ? env.HOME + model.slice(1) : model;
  const local = await loadLocalModel(path, readText);
  if (local !== null) {
    return {
      id: model,
      revision: null,
      config: local.config,
      hfQuantConfig: local.hfQuantConfig,
      source: { kind: 'local', detail: `${local.folder}/config.json` },
      publishedParameters: null,
      activeParameters: null,
      checkpointBytes: local.checkpointBytes,
      caveats: [],
      contextKnown: true,
    };
  }
  if (!isPath(model)) return null;
  throw new WizardError('MODEL_UNREADABLE', {
    problem: `"${model}" is not a folder with a config.json.`,
    fix: 'Give the folder that holds the config.json of the model, or a Hub id such as Qwen/Qwen3-8B.',
    facts: { model },
  });
}

async function findOnHub(id: string, request: ModelRequest, world: ModelWorld): Promise<FoundModel> {
  const hub = await fetchHubModel(id, request.revision ?? 'main', world);
  return {
    id,
    revision: hub.commit ?? request.revision ?? null,
    config: hub.config,
    hfQuantConfig: hub.hfQuantConfig,
    source: { kind: 'hub', detail: hub.commit === null ? id : `${id} at ${hub.commit.slice(0, 12)}` },
    publishedParameters: null,
    activeParameters: null,
    checkpointBytes: hub.checkpointBytes,
    caveats: [],
    contextKnown: true,
  };
}

/** The catalog knows which id a bare name ("qwen3-32b") means. */
function hubIdOf({ model }: ModelRequest, lookup: ModelLookup): string {
  const id = lookup.kind === 'found' ? lookup.resolution.id : model;
  if (lookup.kind === 'ambiguous' || !isHubId(id)) throw notFound(model, lookup, false);
  return id;
}

function withRevision(model: FoundModel, { revision }: ModelRequest): FoundModel {
  if (revision === undefined || revision === null) return model;
  const caveat = `the catalog does not tell revisions apart; --refresh reads revision ${revision} from the Hub`;
  return { ...model, revision, caveats: [...model.caveats, caveat] };
}

function notFound(model: string, lookup: ModelLookup, offline = false): WizardError {
  const shown = model.length > 100 ? `${model.slice(0, 97)}…` : model;
  if (lookup.kind === 'ambiguous') {
    return new WizardError('MODEL_UNKNOWN', {
      problem: `"${shown}" can mean several models: ${lookup.candidates.join(', ')}.`,
      fix: 'Give one of these ids.',
      facts: { model: shown, candidates: lookup.candidates.join(', ') },
    });
  }
  const nearest = lookup.kind === 'unknown' ? lookup.nearest : [];
  const hub = offline ? 'leave --offline out to ask the Hub' : 'give its Hub id (organisation/name)';
  return new WizardError('MODEL_UNKNOWN', {
    problem: `"${shown}" is not in the catalog${offline ? ', and the Hub is not asked' : ''}. The nearest ids are ${nearest.join(', ')}.`,
    fix: `Use one of these, give a local folder with the config.json, ${hub}, or state the size with --params-b.`,
    facts: { model: shown, nearest: nearest.join(', ') },
  });
}

function withNearest(error: WizardError, lookup: ModelLookup): WizardError {
  if (error.code !== 'MODEL_UNKNOWN' || lookup.kind !== 'unknown') return error;
  const nearest = lookup.nearest.join(', ');
  return new WizardError(error.code, {
    problem: `${error.message} The nearest ids of the catalog are ${nearest}.`,
    fix: error.fix,
    facts: { ...error.facts, nearest },
    cause: error,
  });
}
