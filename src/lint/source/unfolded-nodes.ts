import { isAlias, isMap, isScalar, isSeq } from 'yaml';

/** Nodes of a document once every alias is replaced by what it stands for, however many those are. */
export function unfoldedNodes(root: unknown): number {
  const ofAnchor = new Map<string, number>();
  const count = (node: unknown): number => {
    if (isAlias(node)) return ofAnchor.get(node.source) ?? 1;
    const inner = isMap(node) ? node.items.flatMap(({ key, value }) => [key, value]) : isSeq(node) ? node.items : [];
    const nodes = inner.reduce<number>((sum, child) => sum + count(child), 1);
    if ((isMap(node) || isSeq(node) || isScalar(node)) && node.anchor !== undefined) ofAnchor.set(node.anchor, nodes);
    return nodes;
  };
  return count(root);
}
