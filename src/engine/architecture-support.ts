import type { ModelSpec } from '../model/model-spec.ts';
import table from './data/architectures.json' with { type: 'json' };
import type { Finding } from './finding.ts';
import { compareVersions, NEWEST_RELEASE, parseRelease, RELEASES, type Version } from './version.ts';

interface Row {
  readonly first: string;
  /** null: the newest release that was read still has it. */
  readonly last: string | null;
}

const ROWS = new Map<string, readonly (string | null)[]>(Object.entries(table.architectures));
/** Releases whose registries were read, oldest first. */
const READ: readonly string[] = table.releases;

/** Endings that vLLM swaps to find the class behind a pooling model. @source vLLM 0.33.0 `config/model.py` `_SUFFIX_TO_DEFAULTS` */
const POOLING_ENDING = /(?:ForSequenceClassification|ForTokenClassification|ForRewardModeling|RewardModel|EmbeddingModel|Model)$/;
const BASE_ENDINGS = ['ForCausalLM', 'ForConditionalGeneration'];

/**
 * The refusal of a release whose model registry does not name the architecture; null where it does, or where nothing
 * is known. Releases between two that were read are given the benefit of the doubt, and so are plain text decoders on older
 * releases: vLLM runs those through Transformers where the installed library has them.
 *
 * @source `model_executor/models/registry.py` of each release, `_raise_for_unsupported`
 */
export function architectureRefusal(model: ModelSpec, version: Version): Finding | null {
  const rows = namesOf(model.architecture).flatMap(rowOf);
  const [row] = rows;
  if (row === undefined || rows.some((each) => mayKnow(each, version))) return null;
  const { first, last } = row;
  const asked = version.join('.');
  if (isBuildOfItsOwn(version)) return null;
  if (isOlder(version, first)) {
    if (runsThroughTransformers(model)) return null;
    const message = `vLLM ${asked} does not know ${model.architecture}; it came with ${cameWith(first)}.`;
    return fatal(message, `Use vLLM ${first} or newer.`);
  }
  return fatal(`vLLM ${asked} no longer knows ${model.architecture}; ${last} was the last to have it.`, `Use vLLM ${last}.`);
}

function rowOf(name: string): readonly Row[] {
  const [first, last] = ROWS.get(name) ?? [];
  return first ? [{ first, last: last ?? null }] : [];
}

function namesOf(architecture: string): readonly string[] {
  const stem = architecture.replace(POOLING_ENDING, '');
  return stem === architecture ? [architecture] : [architecture, ...BASE_ENDINGS.map((ending) => stem + ending)];
}

/** Not while a release that was read stands between: it lacks the name, so everything before it (or after it) does too. */
function mayKnow({ first, last }: Row, version: Version): boolean {
  const before = READ[READ.indexOf(first) - 1];
  if (before !== undefined && !isOlder(parseRelease(before), version.join('.'))) return false;
  const after = last === null ? undefined : READ[READ.indexOf(last) + 1];
  return after === undefined || isOlder(version, after);
}

/** The release itself where the one right before it was read too, else its series ("0.19": 0.19.0 or 0.19.1). */
function cameWith(first: string): string {
  const at = RELEASES.findIndex((release) => release === first);
  return RELEASES[at - 1] === READ[READ.indexOf(first) - 1] ? first : first.replace(/\.\d+$/, '');
}

function isOlder(version: Version, release: string): boolean {
  return compareVersions(version, parseRelease(release)) < 0;
}

/** Between the oldest and the newest release, yet none of them: a vendor's or a branch's build may know more than its neighbours. */
function isBuildOfItsOwn(version: Version): boolean {
  const published: readonly string[] = RELEASES;
  return !published.includes(version.join('.')) && isOlder(version, NEWEST_RELEASE);
}

/** Attention of one kind in every layer, no experts, no tower: what the Transformers backend took from its first release on. */
function runsThroughTransformers({ experts, mla, towers, layers }: ModelSpec): boolean {
  return (
    experts === null && mla === null && towers.length === 0 && layers.every(({ caches }) => caches.every(({ kind }) => kind === 'full'))
  );
}

function fatal(message: string, fix: string): Finding {
  return { code: 'ARCHITECTURE_UNKNOWN', message, fix, fatal: true };
}
