import type { FileFinding, FoundCommand, Variables } from './found-command.ts';
import { readScript } from './shell-words.ts';
import { vllmInStatement } from './vllm-in-statement.ts';

/**
 * Every vllm command of a shell script. Exported variables belong to its environment; `pip install vllm==X` says which release.
 */
export function findInShell(text: string, variables: Variables): readonly FoundCommand[] {
  const outside = new Map(variables);
  const statements = readScript(text, variables);
  const pinned = /\bvllm(?:\[[\w,-]+\])?==(\d+\.\d+\.\d+)/.exec(text)?.[1] ?? null;
  return statements.flatMap((statement) => {
    const found = vllmInStatement(statement, text, variables);
    if (found === null) return [];
    const findings: FileFinding[] = [];
    const line = text.slice(0, found.words[0]?.offset ?? 0).split('\n').length;
    return [
      {
        name: `line-${line}`,
        kind: 'shell' as const,
        words: found.words,
        env: { ...assigned(variables, outside), ...found.env },
        gpus: found.docker?.gpus ?? null,
        nodes: null,
        gpuName: null,
        vllmVersion: found.docker?.vllmVersion ?? pinned,
        findings,
      },
    ];
  });
}

/** What the script itself sets. */
function assigned(variables: Variables, outside: Variables): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of variables) if (typeof value === 'string' && outside.get(name) !== value) env[name] = value;
  return env;
}
