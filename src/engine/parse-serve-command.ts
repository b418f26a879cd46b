import { WizardError } from '../errors/wizard-error.ts';
import { findContradictions } from './find-contradictions.ts';
import type { Finding } from './finding.ts';
import type { FlagTable } from './flag-spec.ts';
import { flagTable } from './flags.ts';
import { type GivenFlag, readFlags, valueFinding } from './read-flags.ts';
import { defaultServeArgs, type OtherFlag, type ServeArgs } from './serve-args.ts';
import { joinJson, setCompilationConfig, setMmLimits, setSpeculation } from './set-json-args.ts';
import { checkValue, type ServeDraft, setServeArg } from './set-serve-args.ts';
import { splitShellWords } from './split-shell-words.ts';
import type { Version } from './version.ts';

export interface ParsedCommand {
  readonly args: ServeArgs;
  /** Fatal ones are reasons why the engine refuses the command before it loads anything. */
  readonly findings: readonly Finding[];
}

/** Most words of one command; the longest real ones have about a hundred. */
const MAX_WORDS = 2000;

/**
 * Reads `vllm serve MODEL …` (or `python -m vllm.entrypoints.openai.api_server --model MODEL …`) as one release of vLLM
 * does: leading `NAME=value` assignments, `--flag value`, `--flag=value`, underscores for dashes, `--no-…`, short
 * spellings, 32k and 32K, JSON and dotted JSON. One word with spaces is split as a shell would.
 *
 * What the engine would refuse is a fatal finding, so that the caller still gets everything else of the command.
 *
 * @throws WizardError USAGE when it is no serve command or names no model
 */
export function parseServeCommand(tokens: readonly string[], version: Version): ParsedCommand {
  const [first = ''] = tokens;
  const words = tokens.length === 1 && /\s/.test(first) ? splitShellWords(first) : tokens;
  if (words.length > MAX_WORDS) throw notACommand(`has ${words.length} words; at most ${MAX_WORDS} are read`);
  const { env, rest, style } = splitProgram(words);
  const table = flagTable(version);
  const read = readFlags(rest, table, (spelling) => missingFinding(spelling, table, version));
  const findings = [...read.findings];
  const draft: ServeDraft = { ...defaultServeArgs(''), env };
  applyFlags(draft, read.flags, version, findings);
  takeModel(draft, read.positionals, style, findings);
  findings.push(...findContradictions(draft, read.flags, version));
  return { args: draft, findings };
}

/**
 * Applies flags of a profile's `vllm_args` to arguments that already exist, by the same table as a command.
 * Words are those after the model: `--max-num-seqs 64 --enforce-eager`.
 */
export function applyServeWords(args: ServeArgs, words: readonly string[], version: Version): ParsedCommand {
  const table = flagTable(version);
  const read = readFlags(words, table, (spelling) => missingFinding(spelling, table, version));
  const findings = [...read.findings];
  const draft: ServeDraft = { ...args };
  applyFlags(draft, read.flags, version, findings);
  return { args: draft, findings };
}

interface SplitProgram {
  readonly env: Readonly<Record<string, string>>;
  readonly rest: readonly string[];
  readonly style: 'serve' | 'module';
}

const ASSIGNMENT = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s;

function splitProgram(words: readonly string[]): SplitProgram {
  const env: Record<string, string> = {};
  let at = 0;
  while (['env', 'export', 'exec', 'nohup', '&&', ';'].includes(words[at] ?? '') || ASSIGNMENT.test(words[at] ?? '')) {
    const found = ASSIGNMENT.exec(words[at++] ?? '');
    if (found) env[found[1] ?? ''] = (found[2] ?? '').replace(/;$/, '');
  }
  const [program = '', next = '', third = ''] = words.slice(at);
  const name = program.split(/[/\\]/).pop() ?? '';
  if ((name === 'vllm' || name === 'vllm.exe') && next === 'serve') return { env, rest: words.slice(at + 2), style: 'serve' };
  if (name === 'serve') return { env, rest: words.slice(at + 1), style: 'serve' };
  if (/^python[\d.]*$/.test(name) && next === '-m' && /^vllm\.entrypoints\.(openai\.)?api_server$/.test(third)) {
    return { env, rest: words.slice(at + 3), style: 'module' };
  }
  const shown = words.slice(at, at + 3).join(' ');
  throw notACommand(shown ? `starts with "${shown}"` : 'is empty');
}

function notACommand(why: string): WizardError {
  return new WizardError('USAGE', {
    problem: `The command ${why}; a vllm serve command is expected.`,
    fix: 'Write it after --, for example: vllm-wizard check --gpu h100 -- vllm serve Qwen/Qwen3-8B --max-model-len 32768',
  });
}

const SPECIAL = new Set(['--compilation-config', '--speculative-config', '--limit-mm-per-prompt', '--kv-transfer-config']);

function applyFlags(draft: ServeDraft, flags: readonly GivenFlag[], version: Version, findings: Finding[]): void {
  const others: OtherFlag[] = [...draft.otherFlags];
  for (const flag of flags) {
    const problem = choiceProblem(flag);
    if (problem) findings.push(valueFinding(flag.spelling, problem));
    else if (SPECIAL.has(flag.spec.name) || setServeArg(draft, flag, findings)) continue;
    else {
      const wrong = checkValue(flag);
      if (wrong) findings.push(valueFinding(flag.spelling, wrong));
      others.push(...asOther(flag));
    }
  }
  draft.otherFlags = others;
  for (const name of SPECIAL) {
    const given = flags.filter((flag) => flag.spec.name === name);
    if (given.length > 0) setSpecial(draft, name, given, version, findings);
  }
  setSpeculationShortcuts(draft, flags);
}

function setSpecial(draft: ServeDraft, name: string, given: readonly GivenFlag[], version: Version, findings: Finding[]): void {
  const spelling = given[0]?.spelling ?? name;
  const [only] = given;
  if (name === '--limit-mm-per-prompt' && given.length === 1 && only?.path.length === 0) {
    const text = only.values[0] ?? '';
    const problem = setMmLimits(draft, text, version);
    if (problem) findings.push(valueFinding(spelling, problem));
    else if (text.includes('"count"')) draft.otherFlags = [...draft.otherFlags, { name, value: text }];
    return;
  }
  const joined = joinJson(given);
  if ('problem' in joined) {
    findings.push(valueFinding(spelling, joined.problem));
    return;
  }
  const { value } = joined;
  let problem: string | null = null;
  if (name === '--compilation-config') problem = setCompilationConfig(draft, value);
  else if (name === '--speculative-config') problem = setSpeculation(draft, value);
  else if (name === '--limit-mm-per-prompt') problem = setMmLimits(draft, JSON.stringify(value), version);
  else draft.kvTransferConfig = true;
  if (problem) findings.push(valueFinding(spelling, problem));
  // Kept whole, so that artifacts carry every key, also those without effect on the plan.
  if (name !== '--limit-mm-per-prompt' && name !== '--speculative-config') {
    draft.otherFlags = [...draft.otherFlags, { name, value: JSON.stringify(value) }];
  } else if (name === '--speculative-config' && hasMoreThan(value, ['method', 'model', 'num_speculative_tokens'])) {
    draft.otherFlags = [...draft.otherFlags, { name, value: JSON.stringify(value) }];
  }
}

function hasMoreThan(value: unknown, keys: readonly string[]): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).some((key) => !keys.includes(key));
}

/** `--spec-method`, `--spec-model`, `--spec-tokens`: short for the speculative config. */
function setSpeculationShortcuts(draft: ServeDraft, flags: readonly GivenFlag[]): void {
  const value = (name: string): string | null => flags.findLast((flag) => flag.spec.name === name)?.values[0] ?? null;
  const method = value('--spec-method');
  const model = value('--spec-model');
  if (!method && !model) return;
  draft.speculation = { method, model, numSpeculativeTokens: Number(value('--spec-tokens') ?? 1) };
}

function choiceProblem(flag: GivenFlag): string | null {
  const { choices } = flag.spec;
  if (!choices || flag.path.length > 0) return null;
  const wrong = flag.values.find((value) => !choices.includes(value));
  return wrong === undefined ? null : `must be one of ${choices.join(', ')}, not "${wrong}"`;
}

function asOther(flag: GivenFlag): OtherFlag[] {
  if (flag.spec.kind === 'switch') return [{ name: flag.on ? flag.spec.name : `--no-${flag.spec.name.slice(2)}`, value: null }];
  const name = [flag.spec.name, ...flag.path].join('.');
  return flag.values.length === 0 ? [{ name, value: null }] : flag.values.map((value) => ({ name, value }));
}

function takeModel(draft: ServeDraft, positionals: readonly string[], style: SplitProgram['style'], findings: Finding[]): void {
  const [model, ...extra] = positionals;
  const asFlag = draft.model;
  if (style === 'serve' && asFlag) {
    findings.push({
      code: 'FLAG_DEPRECATED',
      message: 'With `vllm serve` the model is a positional argument; --model is deprecated there.',
      fix: `Write: vllm serve ${asFlag} …`,
      fatal: false,
    });
  }
  const stray = style === 'module' ? positionals : extra;
  if (stray.length > 0) {
    findings.push({
      code: 'ARGUMENT_UNKNOWN',
      message: `vllm: error: unrecognized arguments: ${stray.join(' ')}`,
      fix: 'Delete them, or write the flag that they belong to; a value with spaces needs quotes.',
      fatal: true,
    });
  }
  if (model && style === 'serve') draft.model = model;
  if (!draft.model) {
    throw new WizardError('USAGE', {
      problem: 'The command names no model.',
      fix: style === 'serve' ? 'Put the model id right after `vllm serve`.' : 'Add --model with the model id.',
    });
  }
}

function missingFinding(spelling: string, table: FlagTable, version: Version): Finding {
  const engine = `vLLM ${version.join('.')}`;
  const missing = table.explainMissing(spelling);
  switch (missing.kind) {
    case 'removed':
      return {
        code: 'FLAG_REMOVED',
        message: `${engine} has no flag ${spelling}: ${missing.last} was the last release with it${missing.why ? ` (${missing.why})` : ''}.`,
        fix: missing.replacement ? `Use ${missing.replacement} instead.` : `Delete ${spelling}; nothing replaces it.`,
        fatal: true,
      };
    case 'tooNew':
      return {
        code: 'FLAG_TOO_NEW',
        message: `${engine} has no flag ${spelling} yet: ${missing.since} was the first release with it.`,
        fix: `Delete ${spelling}, or run vLLM ${missing.since} or newer.`,
        fatal: true,
      };
    case 'unknown':
      return {
        code: 'FLAG_UNKNOWN',
        message: `${engine} has no flag ${spelling}.`,
        fix: missing.nearest ? `Did you mean ${missing.nearest}?` : `Delete ${spelling}; no flag of that release is spelled like it.`,
        fatal: true,
      };
    default:
      return missing satisfies never;
  }
}
