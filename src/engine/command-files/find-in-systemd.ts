import type { FoundCommand, Variables } from './found-command.ts';
import { locateWords } from './locate-words.ts';
import { readScript } from './shell-words.ts';
import { vllmInStatement } from './vllm-in-statement.ts';

interface Setting {
  readonly key: string;
  readonly value: string;
  /** Position of the value in the file. */
  readonly from: number;
  readonly to: number;
}

/** The vllm command of a systemd unit's `ExecStart=`, with its `Environment=`. */
export function findInSystemd(text: string, variables: Variables): readonly FoundCommand[] {
  const settings = readSettings(text);
  const env: Record<string, string> = {};
  for (const { key, value } of settings) {
    if (key !== 'Environment') continue;
    for (const words of readScript(value, new Map())) {
      for (const word of words) {
        const equals = word.text.indexOf('=');
        if (equals > 0) env[word.text.slice(0, equals)] = word.text.slice(equals + 1);
      }
    }
  }
  const known: Variables = new Map([...variables, ...Object.entries(env)]);
  return settings.flatMap(({ key, value, from, to }) => {
    if (key !== 'ExecStart') return [];
    return readScript(value.replace(/^[-@:+!|]+/, ''), known).flatMap((statement) => {
      const found = vllmInStatement(locateWords(statement, text, from, to), text, known);
      if (found === null) return [];
      return [
        {
          name: 'ExecStart',
          kind: 'systemd' as const,
          words: found.words,
          env: { ...env, ...found.env },
          gpus: found.docker?.gpus ?? null,
          nodes: null,
          gpuName: null,
          vllmVersion: found.docker?.vllmVersion ?? null,
          findings: [],
        },
      ];
    });
  });
}

/** `Key=value` lines, continued by a backslash at the end of a line. */
function readSettings(text: string): readonly Setting[] {
  const found: Setting[] = [];
  const lines = /^[ \t]*([A-Za-z]+)[ \t]*=((?:\\\r?\n|[^\n])*)/gm;
  for (const match of text.matchAll(lines)) {
    const from = match.index + match[0].length - (match[2] ?? '').length;
    found.push({ key: match[1] ?? '', value: match[2] ?? '', from, to: match.index + match[0].length });
  }
  return found;
}
