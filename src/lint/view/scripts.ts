import { DOCKER_SWITCHES, runAfter } from '../../engine/command-files/docker-run.ts';
import type { SourceWord, Variables } from '../../engine/command-files/found-command.ts';
import { isVllmImage } from '../../engine/command-files/image-version.ts';
import { readScript, type Statement } from '../../engine/command-files/shell-words.ts';
import { vllmInStatement } from '../../engine/command-files/vllm-in-statement.ts';
import type { SourceFile } from '../source/source-file.ts';
import { isPublic } from './compose.ts';
import { type Container, type EnvEntry, type GpuRequest, PLAIN_CONTAINER } from './container.ts';
import { engineCommand } from './engine-command.ts';
import { imageRef, releaseOf } from './image-ref.ts';
import { attempt, type ReadContext } from './read-context.ts';

/** Seconds that `docker stop` waits before it kills. @source docker CLI reference, --stop-timeout */
const DEFAULT_GRACE_S = 10;

/** The vllm commands and containers of a shell script. */
export function scriptContainers(file: SourceFile, context: ReadContext): readonly Container[] {
  const variables: Variables = new Map();
  const pinned = /\bvllm(?:\[[\w,-]+\])?==(\d+\.\d+\.\d+)/.exec(file.text)?.[1] ?? null;
  const statements = attempt(() => readScript(file.text, variables), [], { file, offset: 0 }, context);
  const facts: ScriptFacts = { variables, pinned, exported: exportsOf(statements, file) };
  return statements.flatMap((statement) => {
    const at = { file, offset: statement[0]?.offset ?? 0 };
    return attempt(() => readStatement(statement, file, facts, context), [], at, context);
  });
}

interface ScriptFacts {
  readonly variables: Variables;
  /** The release that the script installs. */
  readonly pinned: string | null;
  readonly exported: readonly EnvEntry[];
}

function readStatement(
  statement: Statement,
  file: SourceFile,
  { variables, pinned, exported }: ScriptFacts,
  context: ReadContext,
): readonly Container[] {
  const docker = readDocker(statement, file);
  const found = vllmInStatement(statement, file.text, variables);
  if (found === null && (docker === null || !isVllmImage(docker.image?.text ?? ''))) return [];
  const base = docker ?? { ...PLAIN_CONTAINER, source: 'shell' as const, env: [...exported, ...assignments(statement, file)] };
  const written = releaseOf(docker?.image ?? null) ?? pinned;
  const engine =
    found === null ? null : engineCommand({ file, words: found.words, env: found.env, findings: [], written, asked: context.asked });
  const start = statement[0]?.offset ?? 0;
  return [{ ...base, name: `line ${file.lines.at(start).line}`, file, at: { file, offset: start }, engine }];
}

/** Assignments in front of a command, or of an `export`. */
function assignments(statement: Statement, file: SourceFile): readonly EnvEntry[] {
  return statement.flatMap((word) => (word.text.includes('=') ? envEntry(word, word.text, file) : []));
}

/** What a script exports for the commands behind it. */
function exportsOf(statements: readonly Statement[], file: SourceFile): readonly EnvEntry[] {
  return statements.filter(([first]) => first?.text === 'export').flatMap((statement) => assignments(statement, file));
}

function envEntry(word: SourceWord, text: string, file: SourceFile): readonly EnvEntry[] {
  const [, name, value] = /^([A-Za-z_]\w*)(?:=(.*))?$/s.exec(text) ?? [];
  if (name === undefined) return [];
  const at = { file, offset: word.offset };
  return [{ name, raw: value ?? null, at, valueAt: at }];
}

type DockerContainer = Omit<Container, 'name' | 'file' | 'at' | 'engine'>;

interface DockerOption {
  readonly flag: string;
  readonly value: string;
  /** The word of the value; that of the flag for switches. */
  readonly word: SourceWord;
  readonly flagWord: SourceWord;
}

/** `docker run` with its options; null for anything else. */
export function readDocker(statement: Statement, file: SourceFile): DockerContainer | null {
  const at = statement.findIndex(({ text }, i) => /^(docker|podman|nerdctl)$/.test(text) && runAfter(statement, i) !== null);
  if (at < 0) return null;
  const { options, image, next } = dockerOptions(statement, (runAfter(statement, at) ?? at) + 1);
  if (image === null) return null;
  const spot = (word: SourceWord) => ({ file, offset: word.offset });
  const valuesOf = (...flags: string[]) => options.filter(({ flag }) => flags.includes(flag));
  const last = (...flags: string[]) => valuesOf(...flags).at(-1) ?? null;
  const entrypoint = last('--entrypoint');
  const privileged = last('--privileged');
  const network = last('--network', '--net');
  const ipc = last('--ipc');
  const grace = last('--stop-timeout');
  return {
    ...PLAIN_CONTAINER,
    source: 'docker',
    image: imageRef(image.text, spot(image)),
    ownEntrypoint: entrypoint !== null,
    firstArgument: entrypoint === null ? (statement[next + 1] ?? null) : null,
    env: valuesOf('-e', '--env').flatMap(({ word, value }) => envEntry(word, value, file)),
    openEnv: last('--env-file') !== null,
    gpus: dockerGpus(options, file),
    sharedMemory:
      ipc !== null || last('--shm-size') !== null || valuesOf('-v', '--volume').some(({ value }) => /:\/dev\/shm(:|$)/.test(value)),
    privileged: privileged === null ? null : spot(privileged.flagWord),
    hostNetwork: network?.value === 'host' ? spot(network.flagWord) : null,
    hostIpc: ipc?.value === 'host' ? spot(ipc.flagWord) : null,
    publicPorts: valuesOf('-p', '--publish').flatMap(({ word, value }) => (isPublic(value) ? [{ at: spot(word), text: value }] : [])),
    binds: valuesOf('-v', '--volume').map(({ word, value }) => ({ at: spot(word), raw: rawValue(word, value), open: word.open })),
    grace: { seconds: Number(grace?.value ?? DEFAULT_GRACE_S), at: spot(grace?.word ?? image), isDefault: grace === null },
  };
}

/** As it is written, without the flag in front. */
function rawValue({ raw }: SourceWord, value: string): string {
  return raw === '' ? value : raw.replace(/^--volume=/, '');
}

function dockerOptions(statement: Statement, from: number) {
  const options: DockerOption[] = [];
  let next = from;
  for (; next < statement.length; next++) {
    const flagWord = statement[next];
    if (flagWord === undefined || !flagWord.text.startsWith('-')) break;
    const equals = flagWord.text.indexOf('=');
    const flag = equals < 0 ? flagWord.text : flagWord.text.slice(0, equals);
    if (equals >= 0) options.push({ flag, value: flagWord.text.slice(equals + 1), word: flagWord, flagWord });
    else if (DOCKER_SWITCHES.has(flag) || /^-[dit]{2,}$/.test(flag)) options.push({ flag, value: 'true', word: flagWord, flagWord });
    else {
      const word = statement[++next];
      if (word !== undefined) options.push({ flag, value: word.text, word, flagWord });
    }
  }
  return { options, image: statement[next] ?? null, next };
}

function dockerGpus(options: readonly DockerOption[], file: SourceFile): GpuRequest | null {
  const at = ({ flagWord }: DockerOption) => ({ file, offset: flagWord.offset });
  const gpus = options.findLast(({ flag }) => flag === '--gpus');
  if (gpus !== undefined) {
    const devices = /device=([\w,:-]+)/.exec(gpus.value.replaceAll('"', ''))?.[1];
    const count = Number(/^(?:count=)?(\d+)$/.exec(gpus.value)?.[1] ?? Number.NaN);
    if (devices !== undefined) return { at: at(gpus), count: devices.split(',').length, all: false };
    return { at: at(gpus), count: Number.isNaN(count) ? null : count, all: gpus.value === 'all' };
  }
  const other = options.find(
    ({ flag, value }) => (flag === '--runtime' && value === 'nvidia') || (flag === '--device' && /kfd|dri|nvidia/.test(value)),
  );
  return other === undefined ? null : { at: at(other), count: null, all: false };
}
