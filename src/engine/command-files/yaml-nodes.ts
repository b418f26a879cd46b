import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseAllDocuments, type YAMLMap } from 'yaml';
import { WizardError } from '../../errors/wizard-error.ts';

/** A node of a YAML document whose aliases and merge keys are followed. Missing nodes answer with nothing. */
export class YamlNode {
  readonly #node: Node | null;
  readonly #document: Document.Parsed;

  constructor(node: unknown, document: Document.Parsed) {
    const target = isAlias(node) ? (node.resolve(document) ?? null) : node;
    this.#node = isMap(target) || isSeq(target) || isScalar(target) ? target : null;
    this.#document = document;
  }

  get isMap(): boolean {
    return isMap(this.#node);
  }

  get isList(): boolean {
    return isSeq(this.#node);
  }

  /** Follows keys of maps. */
  at(...path: readonly string[]): YamlNode {
    let node: YamlNode = this;
    for (const key of path) node = node.#child(key);
    return node;
  }

  #child(key: string): YamlNode {
    const none = new YamlNode(null, this.#document);
    if (!isMap(this.#node)) return none;
    const own = this.#node.get(key, true);
    if (own !== undefined) return new YamlNode(own, this.#document);
    for (const merged of this.#mergedMaps(this.#node)) {
      const inherited = merged.at(key);
      if (inherited.exists) return inherited;
    }
    return none;
  }

  /** Position of a key of this map, also of one that is merged in; null where there is none. */
  keyAt(key: string): number | null {
    if (!isMap(this.#node)) return null;
    const pair = this.#node.items.find((item) => isScalar(item.key) && String(item.key.value) === key);
    if (pair !== undefined && isScalar(pair.key)) return pair.key.range?.[0] ?? null;
    for (const merged of this.#mergedMaps(this.#node)) {
      const place = merged.keyAt(key);
      if (place !== null) return place;
    }
    return null;
  }

  #mergedMaps(map: YAMLMap): readonly YamlNode[] {
    const merge = map.get('<<', true);
    if (merge === undefined) return [];
    const node = new YamlNode(merge, this.#document);
    return node.isList ? node.items() : [node];
  }

  get exists(): boolean {
    return this.#node !== null;
  }

  /** Elements of a list; none for anything else. */
  items(): readonly YamlNode[] {
    return isSeq(this.#node) ? this.#node.items.map((item) => new YamlNode(item, this.#document)) : [];
  }

  /** Entries of a map; none for anything else. */
  entries(): readonly (readonly [key: string, value: YamlNode])[] {
    if (!isMap(this.#node)) return [];
    return this.#node.items.flatMap((pair) => {
      const key = isScalar(pair.key) ? String(pair.key.value) : null;
      return key === null || key === '<<' ? [] : [[key, new YamlNode(pair.value, this.#document)] as const];
    });
  }

  /** A scalar as text: numbers and booleans as they are written; null for everything else. */
  get text(): string | null {
    if (!isScalar(this.#node) || this.#node.value === null) return null;
    const { value, source } = this.#node;
    return typeof value === 'string' ? value : (source ?? String(value));
  }

  get number(): number | null {
    const text = this.text;
    return text !== null && /^\d+$/.test(text.trim()) ? Number(text) : null;
  }

  /** Position of the node in the file. */
  get from(): number {
    return this.#node?.range?.[0] ?? 0;
  }

  get to(): number {
    return this.#node?.range?.[1] ?? 0;
  }
}

/** Documents of one file beyond which it is no deployment. */
const MAX_DOCUMENTS = 500;
/** Aliases that one document may resolve, against small files that unfold to huge ones. */
const MAX_ALIASES = 100;

/**
 * @returns null where the text is no YAML with maps in it
 * @throws WizardError FILE_UNREADABLE for a YAML file with an error, when `strict`
 */
export function readYamlFile(text: string, file: string, strict: boolean): readonly YamlNode[] | null {
  const lines = new LineCounter();
  const parsed = parseAllDocuments(text, { lineCounter: lines, uniqueKeys: false });
  const documents: Document.Parsed[] = Array.isArray(parsed) ? parsed.slice(0, MAX_DOCUMENTS) : [];
  const error = documents.flatMap((document) => document.errors)[0];
  if (error !== undefined) {
    if (!strict) return null;
    const { line, col } = lines.linePos(error.pos[0]);
    throw new WizardError('FILE_UNREADABLE', {
      problem: `${file}:${line}:${col}: ${error.message.split('\n')[0] ?? 'no YAML'}`,
      fix: 'Correct the YAML; a Helm template has to be rendered first (helm template).',
      facts: { file, line, column: col },
      cause: error,
    });
  }
  const roots = documents
    .filter((document) => countAliases(document) <= MAX_ALIASES)
    .map((document) => new YamlNode(document.contents, document));
  const maps = roots.filter((root) => root.isMap);
  return maps.length > 0 ? maps : null;
}

function countAliases(document: Document.Parsed): number {
  let count = 0;
  const visit = (node: unknown): void => {
    if (isAlias(node)) count++;
    else if (isMap(node)) for (const pair of node.items) visit(pair.value);
    else if (isSeq(node)) for (const item of node.items) visit(item);
  };
  visit(document.contents);
  return count;
}
