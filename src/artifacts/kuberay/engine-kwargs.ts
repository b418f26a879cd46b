import type { FlagSpec } from '../../engine/flag-spec.ts';
import { flagTable } from '../../engine/flags.ts';
import { parseJson, parseNumber, parseSize } from '../../engine/parse-flag-value.ts';
import { type GivenFlag, readFlags } from '../../engine/read-flags.ts';
import type { ServeArgs } from '../../engine/serve-args.ts';
import { serveArgv } from '../../engine/serve-argv.ts';
import { joinJson } from '../../engine/set-json-args.ts';
import type { Version } from '../../engine/version.ts';
import { withoutNodeFlags } from '../multi-node/node-flags.ts';

/**
 * What Ray decides itself, and what `vllm serve` has that the engine's dataclasses do not.
 *
 * @source ray/llm/_internal/serve/engines/vllm/vllm_models.py refuses every name that is no field of AsyncEngineArgs or
 * FrontendArgs; all other flags of vLLM 0.22 to 0.33 are fields of one of them, with underscores
 */
const NOT_PASSED: ReadonlySet<string> = new Set([
  '--api-server-count',
  '--config',
  '--grpc',
  '--headless',
  '--host',
  '--port',
  '--shutdown-timeout',
  '--uds',
]);

/** Flags whose several values are numbers to the engine. */
const NUMBER_LISTS: ReadonlySet<string> = new Set(['--cudagraph-capture-sizes', '--numa-bind-nodes']);

/**
 * The plan's arguments as keyword arguments of the engine: names with underscores, values of the engine's own types. The
 * model and its served name are said elsewhere.
 *
 *   engineKwargs(…)   // { tensor_parallel_size: 8, gpu_memory_utilization: 0.9, enable_prefix_caching: false }
 */
export function engineKwargs(args: ServeArgs, version: Version): Record<string, unknown> {
  const [, ...words] = serveArgv({ ...withoutNodeFlags(args, version), servedModelName: null, env: {} }, version);
  const { flags } = readFlags(words, flagTable(version), unknownFlag);
  const kwargs: Record<string, unknown> = {};
  for (const name of new Set(flags.map(({ spec }) => spec.name))) {
    if (NOT_PASSED.has(name)) continue;
    kwargs[name.slice(2).replaceAll('-', '_')] = typedValue(flags.filter(({ spec }) => spec.name === name));
  }
  return kwargs;
}

function unknownFlag(spelling: string) {
  return { code: 'FLAG_UNKNOWN', message: spelling, fix: '', fatal: false } as const;
}

function typedValue(given: readonly GivenFlag[]): unknown {
  const last = given.at(-1);
  if (last === undefined) return null;
  const { spec, values, on } = last;
  const [text = ''] = values;
  switch (spec.kind) {
    case 'switch':
      return on;
    case 'int':
    case 'size':
    case 'level':
    case 'length':
      // The command line's own word; the engine's field takes -1 for it.
      return text === 'auto' ? -1 : numberOr(text, parseSize(text));
    case 'float':
      return numberOr(text, parseNumber(text));
    case 'words':
      return listOf(spec, values);
    case 'json': {
      const joined = joinJson(given);
      return 'problem' in joined ? text : joined.value;
    }
    case 'word':
      return objectOr(text);
    case 'maybe-word':
      return values.length === 0 ? true : text;
    default:
      return spec.kind satisfies never;
  }
}

/** What cannot be read is left as it is, for the engine to refuse with its own words. */
function numberOr(text: string, parsed: ReturnType<typeof parseNumber>): number | string {
  return parsed.ok ? parsed.value : text;
}

/** Some flags that the parser hands on as text stand for a dictionary; no template or path is also a JSON object. */
function objectOr(text: string): unknown {
  const parsed = text.startsWith('{') ? parseJson(text) : null;
  return parsed?.ok ? parsed.value : text;
}

function listOf({ name }: FlagSpec, values: readonly string[]): readonly (string | number)[] {
  return NUMBER_LISTS.has(name) ? values.map((text) => numberOr(text, parseNumber(text))) : values;
}
