import type { FileFinding, SourceWord } from '../../engine/command-files/found-command.ts';
import { wordOfFinding } from '../../engine/command-files/place-finding.ts';
import { prepareCommand } from '../../engine/command-files/prepare-command.ts';
import { type ParsedCommand, parseServeCommand } from '../../engine/parse-serve-command.ts';
import { defaultServeArgs } from '../../engine/serve-args.ts';
import { NEWEST_RELEASE, parseRelease, resolveVersion, type Version } from '../../engine/version.ts';
import { WizardError } from '../../errors/wizard-error.ts';
import type { Spot } from '../rule.ts';
import type { SourceFile } from '../source/source-file.ts';
import type { CommandFinding, EngineCommand, WrittenFlag } from './container.ts';

/** Stands in for a model that the file does not name, so that the rest of the command is read all the same. */
const SOME_MODEL = 'unnamed/model';
/** The oldest release whose flags are held; images before it are read by its rules. */
const OLDEST: Version = [0, 8, 0];

export interface CommandText {
  readonly file: SourceFile;
  readonly words: readonly SourceWord[];
  readonly env: Readonly<Record<string, string>>;
  readonly findings: readonly FileFinding[];
  /** The release that an image tag or a pinned package names, as `X.Y.Z`. */
  readonly written: string | null;
  /** What the user says it is. */
  readonly asked: Version | null;
}

/** Reads a vllm command of a file as the engine's release would, and keeps the place of everything that is said about it. */
export function engineCommand(text: CommandText): EngineCommand {
  const { file, words } = text;
  const version = text.asked ?? versionOf(text.written) ?? parseRelease(NEWEST_RELEASE);
  const { parsed, model, prepared } = parse(text, version);
  const own = text.findings.filter(({ code }) => code !== 'IMAGE_UNPINNED');
  const at = (offset: number): Spot => ({ file, offset });
  const findings: CommandFinding[] = [
    ...own.map((finding) => ({ ...finding, at: at(finding.offset) })),
    ...prepared.filter(({ code }) => code === 'VARIABLE_UNKNOWN').map((finding) => ({ ...finding, at: at(finding.offset) })),
    ...parsed.findings.map((finding) => ({
      ...finding,
      at: at(wordOfFinding(finding.code, finding.message, words, model)?.offset ?? words[0]?.offset ?? 0),
    })),
  ];
  return {
    words,
    at: at(words[0]?.offset ?? 0),
    version,
    args: parsed.args,
    findings,
    model,
    flag: (name) => findFlag(name, words, at),
  };
}

/** The release of that name; null where it is none that is held. */
function versionOf(written: string | null): Version | null {
  if (written === null) return null;
  try {
    return resolveVersion(written).version;
  } catch (error) {
    if (error instanceof WizardError) return /^0\.[0-7](\.|$)/.test(written) ? OLDEST : null;
    throw error;
  }
}

interface Parsed {
  readonly parsed: ParsedCommand;
  readonly model: SourceWord | null;
  readonly prepared: readonly FileFinding[];
}

function parse({ words, env, findings }: CommandText, version: Version): Parsed {
  const found = { name: '', kind: 'shell', words, env, gpus: null, nodes: null, gpuName: null, vllmVersion: null, findings } as const;
  for (const model of [undefined, SOME_MODEL]) {
    try {
      const prepared = prepareCommand(found, model);
      const start = prepared.words.findIndex((word) => word === 'serve' || /^vllm\.entrypoints\./.test(word));
      const named = prepared.model !== null || model === undefined;
      const complete = named ? prepared.words : prepared.words.toSpliced(start + 1, 0, ...modelWords(prepared.words));
      return { parsed: parseServeCommand(complete, version), model: prepared.model, prepared: prepared.findings };
    } catch (error) {
      // Without a model or with one in a variable: the second round stands one in. Anything else cannot be read as a command.
      if (!(error instanceof WizardError)) throw error;
    }
  }
  return { parsed: { args: defaultServeArgs(SOME_MODEL), findings: [] }, model: null, prepared: [] };
}

function modelWords(words: readonly string[]): readonly string[] {
  return words.includes('-m') ? ['--model', SOME_MODEL] : [SOME_MODEL];
}

function findFlag(name: string, words: readonly SourceWord[], at: (offset: number) => Spot): WrittenFlag | null {
  for (let index = words.length - 1; index >= 0; index--) {
    const word = words[index];
    if (word === undefined) continue;
    const equals = word.text.indexOf('=');
    const key = (equals < 0 ? word.text : word.text.slice(0, equals)).replaceAll('_', '-');
    if (key !== name) continue;
    const next = words[index + 1];
    if (equals >= 0) return { at: at(word.offset), value: word.text.slice(equals + 1), valueAt: at(word.offset), raw: word.raw };
    const isValue = next !== undefined && !next.text.startsWith('--');
    return {
      at: at(word.offset),
      value: isValue ? next.text : null,
      valueAt: at(isValue ? next.offset : word.offset),
      raw: isValue ? next.raw : '',
    };
  }
  return null;
}
