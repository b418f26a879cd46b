import { withImageEntrypoint } from '../../engine/command-files/docker-run.ts';
import type { SourceWord } from '../../engine/command-files/found-command.ts';
import { isVllmImage } from '../../engine/command-files/image-version.ts';
import { locateWords } from '../../engine/command-files/locate-words.ts';
import { readScript } from '../../engine/command-files/shell-words.ts';
import { vllmInStatement } from '../../engine/command-files/vllm-in-statement.ts';
import { WizardError } from '../../errors/wizard-error.ts';
import type { SourceFile } from '../source/source-file.ts';
import { type Container, type EnvEntry, PLAIN_CONTAINER } from './container.ts';
import { engineCommand } from './engine-command.ts';
import { imageRef, releaseOf } from './image-ref.ts';
import type { ReadContext } from './read-context.ts';

/** One instruction, its continued lines included. */
export interface Instruction {
  readonly name: string;
  readonly value: string;
  readonly offset: number;
  /** Where the value begins. */
  readonly from: number;
  readonly to: number;
}

export function instructions(text: string): readonly Instruction[] {
  const found: Instruction[] = [];
  for (const match of text.matchAll(/^[ \t]*([A-Za-z]+)[ \t]+((?:\\\r?\n|[^\n])*)/gm)) {
    const [whole, name = '', value = ''] = match;
    const from = match.index + whole.length - value.length;
    found.push({
      name: name.toUpperCase(),
      value: value.trimEnd(),
      offset: match.index + whole.search(/\S/),
      from,
      to: from + value.length,
    });
  }
  return found;
}

/** The last stage of a Dockerfile as a container; earlier stages only as images. */
export function dockerfileContainers(file: SourceFile, context: ReadContext): readonly Container[] {
  const all = instructions(file.text);
  const stages = all.flatMap((instruction, index) => (instruction.name === 'FROM' ? [index] : []));
  const names = new Set<string>();
  return stages.flatMap((start, stage) => {
    const from = all[start];
    if (from === undefined) return [];
    const [, image = '', , name] = /^(?:--\S+\s+)*(\S+)(\s+[aA][sS]\s+(\S+))?/.exec(from.value) ?? [];
    const isStage = names.has(image.toLowerCase()) || image === 'scratch';
    if (name !== undefined) names.add(name.toLowerCase());
    const own = all.slice(start + 1, stages[stage + 1] ?? all.length);
    return [readStage(file, image, isStage, from, own, context)];
  });
}

function readStage(
  file: SourceFile,
  image: string,
  isStage: boolean,
  from: Instruction,
  own: readonly Instruction[],
  context: ReadContext,
): Container {
  const at = { file, offset: from.from + Math.max(0, from.value.indexOf(image)) };
  const entrypoint = own.findLast(({ name }) => name === 'ENTRYPOINT');
  const command = own.findLast(({ name }) => name === 'CMD');
  const args = command === undefined ? [] : wordsOf(command, file);
  const imageWord: SourceWord = { text: image, raw: image, offset: at.offset, open: [] };
  const before = entrypoint === undefined ? [] : wordsOf(entrypoint, file);
  const usesImage = entrypoint === undefined && isVllmImage(image) && command !== undefined;
  const all = usesImage ? withImageEntrypoint(imageWord, args) : [...before, ...args];
  const found = vllmInStatement(all, file.text, new Map());
  const ref = imageRef(image, at);
  return {
    ...PLAIN_CONTAINER,
    source: 'dockerfile',
    name: `FROM ${image}`,
    file,
    at: { file, offset: from.offset },
    image: isStage || image.includes('$') ? null : ref,
    ownEntrypoint: entrypoint !== undefined,
    firstArgument: entrypoint === undefined ? (args[0] ?? null) : null,
    env: own.flatMap((instruction) => (instruction.name === 'ENV' || instruction.name === 'ARG' ? settings(instruction, file) : [])),
    engine:
      found === null
        ? null
        : engineCommand({ file, words: found.words, env: found.env, findings: [], written: releaseOf(ref), asked: context.asked }),
  };
}

/** JSON form as words, shell form split as a shell does. */
function wordsOf({ value, from, to }: Instruction, file: SourceFile): readonly SourceWord[] {
  if (value.startsWith('[')) {
    return [...value.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((found) => ({
      text: (found[1] ?? '').replace(/\\(.)/g, '$1'),
      raw: found[0],
      offset: from + found.index,
      open: [],
    }));
  }
  return locateWords(shellWords(value), file.text, from, to);
}

function shellWords(value: string): readonly SourceWord[] {
  try {
    return readScript(value, new Map()).flat();
  } catch (error) {
    if (error instanceof WizardError) return [];
    throw error;
  }
}

/** `ENV A=b C=d`, `ENV A b`, `ARG A=b`. */
function settings({ value, from, to, name: instruction }: Instruction, file: SourceFile): readonly EnvEntry[] {
  const words = locateWords(shellWords(value), file.text, from, to);
  const [first, second] = words;
  const spot = (word: SourceWord) => ({ file, offset: word.offset });
  if (first !== undefined && second !== undefined && !first.text.includes('=') && instruction === 'ENV') {
    return [{ name: first.text, raw: second.text, at: spot(first), valueAt: spot(second) }];
  }
  return words.flatMap((word) => {
    const [, name, text] = /^([A-Za-z_]\w*)=(.*)$/s.exec(word.text) ?? [];
    return name === undefined ? [] : [{ name, raw: text ?? '', at: spot(word), valueAt: spot(word) }];
  });
}
