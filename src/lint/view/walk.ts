import type { YamlNode } from '../../engine/command-files/yaml-nodes.ts';

/** Deepest nesting that is read; dashboards with rows and nested panels stay below. */
const MAX_DEPTH = 40;
/** Most nodes of one document, against small files whose aliases unfold to huge ones. */
const MAX_NODES = 100_000;

/** Every map of a document, outermost first, with the keys that lead to it. */
export function* mapsOf(root: YamlNode): Generator<{ readonly node: YamlNode; readonly path: readonly string[] }> {
  const budget = { left: MAX_NODES };
  yield* walk(root, [], budget);
}

function* walk(
  node: YamlNode,
  path: readonly string[],
  budget: { left: number },
): Generator<{ readonly node: YamlNode; readonly path: readonly string[] }> {
  if (path.length > MAX_DEPTH || budget.left-- <= 0) return;
  if (node.isMap) {
    yield { node, path };
    for (const [key, value] of node.entries()) if (value.isMap || value.isList) yield* walk(value, [...path, key], budget);
  } else if (node.isList) {
    for (const item of node.items()) if (item.isMap || item.isList) yield* walk(item, [...path, '[]'], budget);
  }
}
