import { type DockerRun, readDockerRun } from './docker-run.ts';
import type { SourceWord, Variables } from './found-command.ts';
import { locateWords } from './locate-words.ts';
import { readScript, type Statement } from './shell-words.ts';

/** A vllm command among the words of a statement. */
export interface VllmWords {
  readonly words: readonly SourceWord[];
  /** Assignments in front of it. */
  readonly env: Readonly<Record<string, string>>;
  /** Set when a container runtime starts it. */
  readonly docker: DockerRun | null;
}

const MODULE = /^vllm\.entrypoints\.(openai\.)?api_server$/;
const MAX_DEPTH = 3;

/**
 * Finds `vllm serve …` or `python -m vllm.entrypoints… …` in a statement, also behind other programs (`exec`, `srun`, `uv run`),
 * inside `bash -c "…"` and as the arguments of `docker run IMAGE …`.
 *
 * @param file the whole file, for places inside quoted commands
 */
export function vllmInStatement(statement: Statement, file: string, variables: Variables, depth = 0): VllmWords | null {
  const docker = readDockerRun(statement);
  if (docker !== null) return docker.words.length === 0 ? null : { words: docker.words, env: docker.env, docker };
  const inner = innerScript(statement);
  if (inner !== null && depth < MAX_DEPTH) {
    const from = inner.offset;
    for (const words of readScript(inner.text, variables)) {
      const found = vllmInStatement(locateWords(words, file, from, from + inner.raw.length), file, variables, depth + 1);
      if (found !== null) return { ...found, env: { ...assignments(statement), ...found.env } };
    }
  }
  const start = startOfVllm(statement);
  if (start === null) return null;
  return { words: withoutRedirections(statement.slice(start)), env: assignments(statement.slice(0, start)), docker: null };
}

/** Index of `vllm` before `serve`, or of python before `-m vllm…`. */
function startOfVllm(words: Statement): number | null {
  for (const [index, { text }] of words.entries()) {
    const name = baseName(text);
    const next = words[index + 1]?.text ?? '';
    if ((name === 'vllm' || name === 'vllm.exe') && next === 'serve') return index;
    if (/^python[\d.]*$/.test(name) && next === '-m' && MODULE.test(words[index + 2]?.text ?? '')) return index;
  }
  return null;
}

/** The script of `bash -lc "…"`. */
function innerScript(words: Statement): SourceWord | null {
  const shell = words.findIndex(({ text }) => /^(ba|da|z)?sh$/.test(baseName(text)));
  if (shell < 0) return null;
  const flag = words.findIndex(({ text }, index) => index > shell && /^-[a-z]*c$/.test(text));
  return flag < 0 ? null : (words[flag + 1] ?? null);
}

export function baseName(path: string): string {
  return path.split(/[/\\]/).pop() ?? '';
}

function assignments(words: Statement): Record<string, string> {
  const env: Record<string, string> = {};
  for (const { text } of words) {
    const found = /^([A-Za-z_]\w*)=(.*)$/s.exec(text);
    if (found) env[found[1] ?? ''] = found[2] ?? '';
  }
  return env;
}

/** `> log 2>&1` at the end belongs to the shell. */
function withoutRedirections(words: Statement): Statement {
  const end = words.findIndex(({ raw }) => /^\d*(>>?|<|&>)/.test(raw));
  return end < 0 ? words : words.slice(0, end);
}
