import { withImageEntrypoint } from './docker-run.ts';
import { expandReferences, expandText } from './expand-variable.ts';
import type { FileFinding, SourceWord, Variables } from './found-command.ts';
import { imageVersion, isVllmImage } from './image-version.ts';
import { locateWords } from './locate-words.ts';
import { readScript } from './shell-words.ts';
import { type VllmWords, vllmInStatement } from './vllm-in-statement.ts';
import type { YamlNode } from './yaml-nodes.ts';

/** The two lists that start a container: the image's entrypoint is replaced by the first, its arguments by the second. */
export interface ContainerText {
  readonly image: YamlNode;
  readonly entrypoint: YamlNode;
  readonly args: YamlNode;
  /** The whole file. */
  readonly file: string;
  readonly variables: Variables;
  /** Compose replaces `${NAME}` and splits strings; Kubernetes replaces `$(NAME)` and takes lists. */
  readonly style: 'compose' | 'kubernetes';
}

export interface ContainerCommand {
  readonly words: readonly SourceWord[];
  readonly env: Readonly<Record<string, string>>;
  readonly gpus: number | null;
  readonly findings: readonly FileFinding[];
}

/** The vllm command that a container runs; null when it runs something else. */
export function containerCommand(container: ContainerText): ContainerCommand | null {
  const { image, file, variables } = container;
  const findings: FileFinding[] = [];
  const entrypoint = wordsOf(container.entrypoint, container);
  const args = wordsOf(container.args, container);
  const imageText = expandText(image.text ?? '', variables).text;
  const own: SourceWord = { text: imageText, raw: imageText, offset: image.from, open: [] };
  const all = entrypoint.length > 0 || !isVllmImage(imageText) ? [...entrypoint, ...args] : withImageEntrypoint(own, args);
  const found = vllmInStatement(all, file, variables);
  if (found === null) return null;
  return { ...commandOf(found, findings), findings: [...findings, ...imageFindings(imageText, image.from)] };
}

function commandOf(found: VllmWords, findings: FileFinding[]): Omit<ContainerCommand, 'findings'> {
  return { words: found.words.flatMap((word) => unglued(word, findings)), env: found.env, gpus: found.docker?.gpus ?? null };
}

/** One list entry is one word, whatever is in it; a string is split where the format does so. */
function wordsOf(node: YamlNode, { file, variables, style }: ContainerText): readonly SourceWord[] {
  if (node.isList) {
    return node.items().flatMap((item) => {
      const text = item.text;
      if (text === null) return [];
      const expanded = style === 'compose' ? expandText(text, variables) : expandReferences(text, variables);
      const raw = file.slice(item.from, item.to);
      return [{ text: expanded.text, raw, offset: item.from, open: expanded.open }];
    });
  }
  const text = node.text;
  if (text === null) return [];
  if (style === 'kubernetes') return [{ text, raw: file.slice(node.from, node.to), offset: node.from, open: [] }];
  const words = readScript(text, new Map(variables)).flat();
  return locateWords(words, file, node.from, node.to);
}

/**
 * `--tensor-parallel-size 4` as one list entry reaches vLLM as one argument, which it does not know. It is judged as it is
 * meant, and said to be wrong.
 */
export function unglued(word: SourceWord, findings: FileFinding[]): readonly SourceWord[] {
  const found = /^(--?[A-Za-z][\w.-]*)\s+(\S.*)$/s.exec(word.text);
  if (found === null) return [word];
  const [, flag = '', value = ''] = found;
  findings.push({
    code: 'ARGUMENT_GLUED',
    message: `vllm: error: unrecognized arguments: ${word.text.trim()}`,
    fix: `Flag and value are one list entry, so vLLM sees one unknown word. Write two entries, or ${flag}=${value.trim()}.`,
    fatal: true,
    offset: word.offset,
  });
  return [
    { ...word, text: flag },
    { ...word, text: value.trim() },
  ];
}

function imageFindings(image: string, offset: number): readonly FileFinding[] {
  if (image === '' || imageVersion(image) !== null || /@sha256:/.test(image)) return [];
  const tag = /:([^:/]+)$/.exec(image)?.[1] ?? null;
  return [
    {
      code: 'IMAGE_UNPINNED',
      message: `The image ${image} names no release${tag === null ? '' : ` (${tag})`}, so what runs changes by itself.`,
      fix: 'Pin it, for example vllm/vllm-openai:v0.24.0, and say which one with --vllm-version.',
      fatal: false,
      offset,
    },
  ];
}
