import { Document, isMap, isScalar, isSeq, type Node } from 'yaml';
import { commentText } from './comment-text.ts';

/** Where a remark belongs: the keys and list positions that lead to it. */
export interface Remark {
  readonly path: readonly (string | number)[];
  readonly text: string;
}

/**
 * YAML of plain data, with a header and remarks above the keys that they explain. Strings that YAML 1.1 or 1.2 readers
 * would take for anything else are quoted, since both kinds of reader meet these files.
 */
export function yamlText(value: object, header: readonly string[], remarks: readonly Remark[]): string {
  const doc = new Document(value, { compat: 'yaml-1.1', aliasDuplicateObjects: false });
  doc.commentBefore = header.map((line) => ` ${commentText(line)}`.trimEnd()).join('\n');
  for (const { path, text } of remarks) addRemark(doc.contents, path, ` ${commentText(text)}`);
  return doc.toString({ lineWidth: 0, blockQuote: false, nullStr: '' });
}

function addRemark(root: Node | null, path: readonly (string | number)[], text: string): void {
  const parent = path.slice(0, -1).reduce<unknown>((node, step) => (isMap(node) || isSeq(node) ? node.get(step, true) : null), root);
  const last = path.at(-1);
  const item = isMap(parent) ? parent.items.find(({ key }) => isScalar(key) && key.value === last)?.key : null;
  if (!isScalar(item)) throw new RangeError(`no key at ${path.join('.')}`);
  item.commentBefore = item.commentBefore ? `${item.commentBefore}\n${text}` : text;
}
