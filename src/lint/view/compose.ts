import { containerCommand } from '../../engine/command-files/container-command.ts';
import { expandText } from '../../engine/command-files/expand-variable.ts';
import { environment } from '../../engine/command-files/find-in-compose.ts';
import type { Variables } from '../../engine/command-files/found-command.ts';
import type { YamlNode } from '../../engine/command-files/yaml-nodes.ts';
import type { SourceFile } from '../source/source-file.ts';
import { type Container, type EnvEntry, type GpuRequest, PLAIN_CONTAINER, type WrittenSeconds } from './container.ts';
import { engineCommand } from './engine-command.ts';
import { imageRef, isOfficialImage, isOtherEngine, releaseOf } from './image-ref.ts';
import { spotOf, spotOfKey } from './kubernetes.ts';
import { wordAt } from './pods.ts';
import { attempt, type ReadContext } from './read-context.ts';

/** Seconds that Compose waits before it kills. @source Compose file reference, stop_grace_period */
const DEFAULT_GRACE_S = 10;

/** Whether the document is a Compose file: its services have images or builds. */
export function isCompose(root: YamlNode): boolean {
  const services = root.at('services');
  return services.isMap && !root.at('apiVersion').exists && services.entries().some(([, service]) => service.isMap);
}

export function composeContainers(root: YamlNode, file: SourceFile, context: ReadContext): readonly Container[] {
  return root
    .at('services')
    .entries()
    .flatMap(([name, service]) => (service.isMap ? [readService(name, service, root, file, context)] : []));
}

function readService(name: string, service: YamlNode, root: YamlNode, file: SourceFile, context: ReadContext): Container {
  const variables: Variables = new Map();
  const image = service.at('image').text;
  const imageText = image === null ? null : expandText(image, variables).text;
  const key = (at: string) => spotOfKey(file, service, at);
  const set = (at: string, value: string) => (service.at(at).text === value ? key(at) : null);
  return {
    ...PLAIN_CONTAINER,
    source: 'compose',
    name,
    file,
    at: spotOfKey(file, root.at('services'), name),
    node: service,
    image: imageText === null ? null : imageRef(imageText, spotOf(file, service.at('image'))),
    ...attempt(() => commandOf(service, file, imageText, context), NO_COMMAND, spotOfKey(file, service, 'command'), context),
    env: entries(service.at('environment'), file),
    openEnv: service.at('env_file').exists,
    gpus: gpusOf(service, file),
    sharedMemory: service.at('ipc').text !== null || service.at('shm_size').exists || mountsShm(service),
    privileged: set('privileged', 'true'),
    hostNetwork: set('network_mode', 'host'),
    hostIpc: set('ipc', 'host'),
    publicPorts: publicPorts(service.at('ports'), file),
    binds: binds(service.at('volumes'), file),
    grace: graceOf(service, file, spotOfKey(file, root.at('services'), name)),
  };
}

type ServiceCommand = Pick<Container, 'engine' | 'ownEntrypoint' | 'firstArgument'>;

const NO_COMMAND: ServiceCommand = { engine: null, ownEntrypoint: true, firstArgument: null };

function commandOf(service: YamlNode, file: SourceFile, image: string | null, context: ReadContext): ServiceCommand {
  const variables: Variables = new Map();
  const env = environment(service.at('environment'), variables);
  const command = service.at('command');
  const found = containerCommand({
    image: service.at('image'),
    entrypoint: service.at('entrypoint'),
    args: command,
    file: file.text,
    variables,
    style: 'compose',
  });
  const own = service.at('entrypoint').exists;
  const first = command.isList ? command.items()[0] : command;
  const ref = image === null ? null : imageRef(image, spotOf(file, service));
  const isBare = !own && first?.text == null && !isOfficialImage(ref?.repository ?? '');
  return {
    ownEntrypoint: own,
    firstArgument: own || first?.text == null ? null : { ...wordAt(first, file), text: first.text.trim().split(/\s+/)[0] ?? '' },
    engine:
      found === null || isBare || isOtherEngine(image ?? '')
        ? null
        : engineCommand({
            file,
            words: found.words,
            env: { ...env, ...found.env },
            findings: found.findings,
            written: releaseOf(ref),
            asked: context.asked,
          }),
  };
}

/** A map, or a list of NAME=value; a name alone is passed on from the caller. */
function entries(node: YamlNode, file: SourceFile): readonly EnvEntry[] {
  const ofMap = node.entries().map(([name, value]) => ({
    name,
    raw: value.text,
    at: spotOfKey(file, node, name),
    valueAt: value.exists && value.text !== null ? spotOf(file, value) : spotOfKey(file, node, name),
  }));
  const ofList = node.items().flatMap((item) => {
    const [, name, value] = /^([^=]+)(?:=(.*))?$/s.exec(item.text ?? '') ?? [];
    return name === undefined ? [] : [{ name, raw: value ?? null, at: spotOf(file, item), valueAt: spotOf(file, item) }];
  });
  return [...ofMap, ...ofList];
}

function gpusOf(service: YamlNode, file: SourceFile): GpuRequest | null {
  const reserved = service.at('deploy', 'resources', 'reservations', 'devices').items();
  const short = service.at('gpus');
  for (const device of [...reserved, ...short.items()]) {
    const ids = device.at('device_ids').items().length;
    const count = device.at('count');
    if (ids > 0) return { at: spotOfKey(file, device, 'device_ids'), count: ids, all: false };
    return { at: spotOfKey(file, device, 'count'), count: count.number, all: count.number === null };
  }
  if (short.text !== null) return { at: spotOfKey(file, service, 'gpus'), count: short.number, all: short.text === 'all' };
  if (service.at('runtime').text === 'nvidia') return { at: spotOfKey(file, service, 'runtime'), count: null, all: false };
  const isAmd = service
    .at('devices')
    .items()
    .some((device) => device.text?.startsWith('/dev/kfd') === true);
  return isAmd ? { at: spotOfKey(file, service, 'devices'), count: null, all: false } : null;
}

function mountsShm(service: YamlNode): boolean {
  const short = [...service.at('tmpfs').items(), service.at('tmpfs'), ...service.at('volumes').items()];
  return short.some((mount) => /(^|:)\/dev\/shm(:|$)/.test(mount.text ?? mount.at('target').text ?? ''));
}

/** A port of the host without an address listens on all of them. */
function publicPorts(ports: YamlNode, file: SourceFile): Container['publicPorts'] {
  return ports.items().flatMap((port) => {
    const text = port.text;
    if (text !== null) return isPublic(text) ? [{ at: spotOf(file, port), text }] : [];
    const address = port.at('host_ip').text;
    if (!port.at('published').exists || (address !== null && isLoopback(address))) return [];
    return [{ at: spotOf(file, port), text: `${port.at('published').text ?? ''}:${port.at('target').text ?? ''}` }];
  });
}

/** `8000:8000` and `0.0.0.0:8000:8000` are public; `127.0.0.1:8000:8000`, a variable as address and `8000` (a random port) are not. */
export function isPublic(port: string): boolean {
  const parts = port.replace(/\$\{[^}]*\}/g, (variable) => (/^\$\{\w*(HOST|BIND|ADDR|IP)/i.test(variable) ? '127.0.0.1' : '1')).split(':');
  if (port.startsWith('[')) return port.startsWith('[::]');
  if (parts.length === 2) return true;
  return parts.length > 2 && !isLoopback(parts[0] ?? '');
}

function isLoopback(address: string): boolean {
  return !['', '0.0.0.0', '::', '[::]', '*'].includes(address);
}

function binds(volumes: YamlNode, file: SourceFile): Container['binds'] {
  return volumes.items().flatMap((volume) => {
    const text = volume.text;
    if (text !== null) return [{ at: spotOf(file, volume), raw: text, open: expandText(text, new Map()).open }];
    const source = volume.at('source');
    if (volume.at('type').text !== 'bind' || source.text === null) return [];
    return [{ at: spotOf(file, source), raw: `${source.text}:`, open: expandText(source.text, new Map()).open }];
  });
}

function graceOf(service: YamlNode, file: SourceFile, at: Container['at']): WrittenSeconds {
  const text = service.at('stop_grace_period').text;
  const seconds = text === null ? null : durationSeconds(text);
  if (seconds === null) return { seconds: DEFAULT_GRACE_S, at, isDefault: true };
  return { seconds, at: spotOfKey(file, service, 'stop_grace_period'), isDefault: false };
}

const UNIT_S: Readonly<Record<string, number>> = { us: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600 };

/** `1m30s` in seconds; null for anything else. */
export function durationSeconds(text: string): number | null {
  const parts = [...text.trim().matchAll(/(\d+(?:\.\d+)?)(us|ms|s|m|h)/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text.trim()) return null;
  return parts.reduce((sum, [, n, unit = '']) => sum + Number(n) * (UNIT_S[unit] ?? 0), 0);
}
