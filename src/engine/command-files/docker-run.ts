import type { SourceWord } from './found-command.ts';
import { imageVersion, isVllmImage } from './image-version.ts';
import type { Statement } from './shell-words.ts';

export interface DockerRun {
  /** The command in the container, with the image's own entrypoint in front. */
  readonly words: readonly SourceWord[];
  readonly env: Readonly<Record<string, string>>;
  readonly gpus: number | null;
  readonly vllmVersion: string | null;
  readonly image: SourceWord | null;
}

/** Flags of `docker run` without a value; every other one takes the next word unless it is glued with `=`. */
export const DOCKER_SWITCHES: ReadonlySet<string> = new Set(
  '-d --detach -i --interactive -t --tty --rm --init --privileged --read-only -P --publish-all --no-healthcheck --sig-proxy --disable-content-trust --oom-kill-disable -q --quiet'.split(
    ' ',
  ),
);

/** Reads `docker run [flags] IMAGE [arguments]` (also podman and nerdctl); null for anything else. */
export function readDockerRun(statement: Statement): DockerRun | null {
  const at = statement.findIndex(({ text }, i) => /^(docker|podman|nerdctl)$/.test(text) && runAfter(statement, i) !== null);
  if (at < 0) return null;
  let next = (runAfter(statement, at) ?? at) + 1;
  const env: Record<string, string> = {};
  let gpus: number | null = null;
  let entrypoint: SourceWord | null = null;
  for (; next < statement.length; next++) {
    const word = statement[next];
    if (word === undefined || !word.text.startsWith('-')) break;
    const [flag = '', glued] = splitOnce(word.text);
    if (DOCKER_SWITCHES.has(flag) || /^-[dit]{2,}$/.test(flag)) continue;
    const value = glued ?? statement[++next]?.text ?? '';
    if (flag === '-e' || flag === '--env') {
      const [name = '', setting] = splitOnce(value);
      if (setting !== undefined) env[name] = setting;
    } else if (flag === '--gpus') gpus = gpusOf(value);
    else if (flag === '--entrypoint') entrypoint = { ...word, text: value };
  }
  const image = statement[next] ?? null;
  if (image === null) return null;
  const rest = statement.slice(next + 1);
  return { words: containerWords(image, entrypoint, rest), env, gpus, vllmVersion: imageVersion(image.text), image };
}

/** Index of `run` behind the program's name at `at`; null where something else is run. */
export function runAfter(statement: Statement, at: number): number | null {
  const next = statement[at + 1]?.text;
  if (next === 'run') return at + 1;
  return next === 'container' && statement[at + 2]?.text === 'run' ? at + 2 : null;
}

function splitOnce(text: string): readonly [string, string | undefined] {
  const equals = text.indexOf('=');
  return equals < 0 ? [text, undefined] : [text.slice(0, equals), text.slice(equals + 1)];
}

/** `all` says nothing about the number. */
function gpusOf(value: string): number | null {
  const devices = /device=([\w,-]+)/.exec(value.replaceAll('"', ''))?.[1];
  if (devices !== undefined) return devices.split(',').length;
  const count = Number(/^(?:count=)?(\d+)$/.exec(value)?.[1] ?? Number.NaN);
  return Number.isNaN(count) ? null : count;
}

function containerWords(image: SourceWord, entrypoint: SourceWord | null, rest: Statement): readonly SourceWord[] {
  if (entrypoint !== null) return [entrypoint, ...rest];
  return isVllmImage(image.text) ? withImageEntrypoint(image, rest) : [];
}

/**
 * What a vLLM image runs with these arguments: `vllm serve`, or the API-server module of older images, which takes `--model`.
 * A command of its own in the arguments replaces nothing there, but people write it and mean it.
 *
 * @source vLLM docker/Dockerfile, ENTRYPOINT of the target vllm-openai
 */
export function withImageEntrypoint(image: SourceWord, rest: Statement): readonly SourceWord[] {
  const [first] = rest;
  if (first !== undefined && /(^|\/)(vllm|python[\d.]*|(ba|da)?sh)$/.test(first.text)) return rest;
  const own = (text: string): SourceWord => ({ ...image, text });
  const namesModel = rest.some(({ text }) => text === '--model' || text.startsWith('--model='));
  return namesModel
    ? [own('python3'), own('-m'), own('vllm.entrypoints.openai.api_server'), ...rest]
    : [own('vllm'), own('serve'), ...rest];
}
