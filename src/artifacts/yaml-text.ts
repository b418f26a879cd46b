import { Document, isMap, isScalar, isSeq, type Node, visit } from 'yaml';
import { commentText } from './comment-text.ts';

/** The keys and list positions that lead to a value. */
export type YamlPath = readonly (string | number)[];

/** A comment, and the key above which it stands. */
export interface Remark {
  readonly path: YamlPath;
  readonly text: string;
}

const PLAIN = /^[ -~]*$/;
/** Printable to a person, but line breaks or illegal to one YAML reader or another. They occur inside double quotes only. */
const UNSAFE = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;

/** Lines that every reader of a literal block takes as they are: no space but for indentation and between words, text at both ends. */
const LINES = /^[!-~](?:[ -~]*[!-~])?\n(?:(?:\n| *[!-~](?:[ -~]*[!-~])?\n)* *[!-~](?:[ -~]*[!-~])?\n)?$/;

/**
 * YAML of plain data, with a header and remarks above the keys that they explain. Written so that every reader gets the
 * same strings: what YAML 1.1 or 1.2 would take for anything but text is quoted, and so is all that is not plain ASCII,
 * since readers disagree about tabs and about which characters break lines.
 *
 * @param blocks texts that are files in themselves: written as lines where every reader takes them alike
 */
export function yamlText(value: object, header: readonly string[], remarks: readonly Remark[], blocks: readonly YamlPath[] = []): string {
  const doc = new Document(value, { compat: 'yaml-1.1', aliasDuplicateObjects: false });
  visit(doc, {
    Scalar(_, node) {
      if (typeof node.value === 'string' && !PLAIN.test(node.value)) node.type = 'QUOTE_DOUBLE';
    },
  });
  for (const path of blocks) {
    const node = doc.getIn(path, true);
    if (isScalar(node) && typeof node.value === 'string' && LINES.test(node.value)) node.type = 'BLOCK_LITERAL';
  }
  doc.commentBefore = header.map((line) => ` ${commentText(line)}`.trimEnd()).join('\n');
  for (const { path, text } of remarks) addRemark(doc.contents, path, ` ${commentText(text)}`);
  const text = doc.toString({
    lineWidth: 0,
    blockQuote: blocks.length > 0 && 'literal',
    nullStr: '',
    doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER,
  });
  return text.replace(UNSAFE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function addRemark(root: Node | null, path: YamlPath, text: string): void {
  const parent = path.slice(0, -1).reduce<unknown>((node, step) => (isMap(node) || isSeq(node) ? node.get(step, true) : null), root);
  const last = path.at(-1);
  const item = isMap(parent) ? parent.items.find(({ key }) => isScalar(key) && key.value === last)?.key : null;
  if (!isScalar(item)) throw new RangeError(`no key at ${path.join('.')}`);
  item.commentBefore = item.commentBefore ? `${item.commentBefore}\n${text}` : text;
}
