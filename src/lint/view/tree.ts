import { findInKserve } from '../../engine/command-files/find-in-kserve.ts';
import { compareVersions, NEWEST_RELEASE, parseRelease, type Version } from '../../engine/version.ts';
import type { Hit } from '../rule.ts';
import type { SourceFile } from '../source/source-file.ts';
import { kustomizedGroups } from './applied-together.ts';
import { composeContainers, isCompose } from './compose.ts';
import { type Container, type ImageRef, PLAIN_CONTAINER } from './container.ts';
import { dockerfileContainers } from './dockerfile.ts';
import { engineCommand } from './engine-command.ts';
import { hasChart } from './has-chart.ts';
import { imageRef, releaseOf } from './image-ref.ts';
import type { KubernetesObject, Pod } from './kubernetes.ts';
import { kubernetesObjects } from './kubernetes-objects.ts';
import { normalPath } from './normal-path.ts';
import { podsOf } from './pods.ts';
import { metricNamesOf, queriesOf } from './queries.ts';
import type { MetricName, Query } from './query.ts';
import { attempt, type ReadContext } from './read-context.ts';
import { scriptContainers } from './scripts.ts';
import { systemdContainers } from './systemd.ts';
import { isPlainValues, isStackValues, plainContainer, stackContainers } from './values.ts';

/** Everything that the rules look at, read once. */
export interface Tree {
  readonly files: readonly SourceFile[];
  readonly objects: readonly KubernetesObject[];
  readonly pods: readonly Pod[];
  /** Of every format, those that run no engine included. */
  readonly containers: readonly Container[];
  readonly queries: readonly Query[];
  readonly metricNames: readonly MetricName[];
  /** Commands that could not be read, and why. */
  readonly broken: readonly Hit[];
  /** Paths that are applied together. */
  readonly kustomized: readonly ReadonlySet<string>[];
  /** Files that say a part of something only: patches of a kustomization, values of a chart beside them. */
  readonly parts: ReadonlySet<SourceFile>;
  /** The release that queries of a file are read for: that of the engines nearest to it. */
  readonly versionFor: (file: SourceFile) => Version;
  /** Bytes of a model's weights by its id; null where it is not known. */
  readonly weightBytes: (model: string) => number | null;
  /** Folders whose files are all here, by path; empty text: all that the paths of the files begin with. */
  readonly folders: readonly string[];
  /** Paths of files in those folders that were not read. */
  readonly present: readonly string[];
}

export interface TreeOptions extends Pick<ReadContext, 'asked'>, Pick<Tree, 'weightBytes' | 'folders' | 'present'> {}

export function buildTree(files: readonly SourceFile[], options: TreeOptions): Tree {
  const read = files.filter(({ skipped }) => skipped === null);
  const context: ReadContext = { asked: options.asked, broken: [] };
  const objects = read.flatMap(kubernetesObjects);
  const pods = objects.flatMap((object) => podsOf(object, context));
  const containers = [
    ...pods.flatMap((pod) => pod.containers),
    ...kserveContainers(objects, pods, context),
    ...read.flatMap((file) => fileContainers(file, context)),
  ];
  return {
    files,
    objects,
    pods,
    containers,
    queries: read.flatMap(queriesOf),
    metricNames: read.flatMap(metricNamesOf),
    broken: context.broken,
    kustomized: kustomizedGroups(read),
    parts: new Set([...patchFiles(read), ...chartValues(read)]),
    versionFor: (file) => options.asked ?? nearestVersion(file, containers) ?? parseRelease(NEWEST_RELEASE),
    weightBytes: options.weightBytes,
    folders: options.folders,
    present: options.present,
  };
}

function fileContainers(file: SourceFile, context: ReadContext): readonly Container[] {
  switch (file.kind) {
    case 'shell':
      return scriptContainers(file, context);
    case 'dockerfile':
      return attempt(() => dockerfileContainers(file, context), [], { file, offset: 0 }, context);
    case 'systemd':
      return attempt(() => systemdContainers(file, context), [], { file, offset: 0 }, context);
    case 'yaml':
      return file.documents.flatMap((root) => {
        if (isCompose(root)) return composeContainers(root, file, context);
        if (isStackValues(root)) return attempt(() => stackContainers(root, file, context), [], { file, offset: root.from }, context);
        return isPlainValues(root) ? attempt(() => [plainContainer(root, file, context)], [], { file, offset: root.from }, context) : [];
      });
    default:
      return file.kind satisfies never;
  }
}

/** KServe objects that name a model instead of a command. */
function kserveContainers(objects: readonly KubernetesObject[], pods: readonly Pod[], context: ReadContext): readonly Container[] {
  return objects.flatMap((object) => {
    if (pods.some((pod) => pod.object === object && pod.containers.some(({ engine }) => engine !== null))) return [];
    const { file } = object;
    const engines = attempt(() => findInKserve(object.root, file.text) ?? [], [], object.at, context);
    return engines.map((found) => ({
      ...PLAIN_CONTAINER,
      source: 'kserve' as const,
      name: found.name,
      file,
      at: object.at,
      node: object.root,
      engine: engineCommand({ ...found, file, written: releaseOf(kserveImage(object)), asked: context.asked }),
      sharedMemory: true,
      openEnv: true,
    }));
  });
}

/** The image that a service names for itself; the runtime's otherwise. */
function kserveImage({ root, at }: KubernetesObject): ImageRef | null {
  const containers = root.at('spec', 'template', 'containers').items();
  const main = containers.find((container) => container.at('name').text === 'main') ?? containers[0];
  const text = root.at('spec', 'predictor', 'model', 'image').text ?? main?.at('image').text ?? null;
  return text === null ? null : imageRef(text, at);
}

/**
 * Queries name no release: the newest engine of the same folder decides, else of the one above. Engines further away may be
 * another deployment: they count where all of a folder agree on one release, and at the top, where unlike things lie beside
 * each other, only those that lie there themselves.
 */
function nearestVersion(file: SourceFile, containers: readonly Container[]): Version | null {
  const folder = folderOf(file.path);
  const above = folderOf(folder);
  const near = newestOf(within(folder, containers)) ?? newestOf(within(above, containers));
  return near ?? agreedAbove(above, containers);
}

function agreedAbove(folder: string, containers: readonly Container[]): Version | null {
  if (folder === '') return null;
  const above = folderOf(folder);
  const members = above === '' ? containers.filter(({ file }) => folderOf(file.path) === '') : within(above, containers);
  const versions = versionsOf(members);
  if (versions.length === 0) return agreedAbove(above, containers);
  return new Set(versions.map((version) => version.join('.'))).size === 1 ? (versions[0] ?? null) : null;
}

function within(folder: string, containers: readonly Container[]): readonly Container[] {
  return folder === '' ? containers : containers.filter((container) => container.file.path.startsWith(`${folder}/`));
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** The newest release that an engine's image is pinned to. */
function newestOf(containers: readonly Container[]): Version | null {
  return versionsOf(containers).toSorted(compareVersions).at(-1) ?? null;
}

function versionsOf(containers: readonly Container[]): Version[] {
  return containers.flatMap(({ engine, image }) => (engine !== null && releaseOf(image) !== null ? [engine.version] : []));
}

function chartValues(files: readonly SourceFile[]): readonly SourceFile[] {
  return files.filter((file) => file.documents.some(isPlainValues) && hasChart(file.path, files));
}

function patchFiles(files: readonly SourceFile[]): readonly SourceFile[] {
  const named = files.flatMap((file) => {
    const folder = folderOf(file.path);
    const entries = file.documents.flatMap((root) => [
      ...root
        .at('patches')
        .items()
        .map((patch) => patch.at('path')),
      ...root.at('patchesStrategicMerge').items(),
    ]);
    return entries.flatMap(({ text }) => (text === null ? [] : [folder === '' ? text : `${folder}/${text}`]));
  });
  const paths = new Set(named.map(normalPath));
  return files.filter(({ path }) => paths.has(normalPath(path)));
}
