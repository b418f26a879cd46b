import { type Document, isMap, isScalar, isSeq, parseAllDocuments } from 'yaml';
import { YamlNode } from '../../engine/command-files/yaml-nodes.ts';
import { LineIndex } from './line-index.ts';
import type { SourceFile, SourceKind } from './source-file.ts';
import { readSuppressions } from './suppressions.ts';
import { unfoldedNodes } from './unfolded-nodes.ts';

/** Documents of one file beyond which it is no deployment. */
const MAX_DOCUMENTS = 1000;
/** Longest text that is read; the largest custom resource definitions have three million characters. */
const MAX_CHARACTERS = 8_000_000;
/** Nodes of a document with its aliases unfolded, against small files that unfold to huge ones. Without aliases there are fewer than characters. */
const MAX_UNFOLDED_NODES = 20_000;

/** What only a chart's template has; `{{ $value }}` of an alert and `{{instance}}` of a legend are plain text. */
const TEMPLATE =
  /\{\{-?\s*(?:\.(?:Values|Release|Chart|Capabilities|Files)\b|(?:include|template|define|tpl|toYaml|nindent)\b)|\{%-?\s*(?:if|for|set|block)\b/;

/** Reads one file; what it cannot read becomes a problem of the file, never an exception. */
export function readSource(path: string, raw: string): SourceFile {
  const text = raw.startsWith('\ufeff') ? raw.slice(1) : raw;
  const lines = new LineIndex(text);
  const kind = kindOf(path, text);
  const base = { path, text, lines, kind, documents: [], problems: [], skipped: null, suppressions: readSuppressions(text, lines) };
  if (text.length > MAX_CHARACTERS) return { ...base, skipped: `longer than ${MAX_CHARACTERS} characters` };
  if (kind !== 'yaml') return base;
  if (TEMPLATE.test(text)) return { ...base, skipped: 'a template: render it first (helm template … | vllm-wizard lint -)' };
  const { documents, problems } = readYaml(text);
  if (problems.length > 0 && /\{\{|\{%/.test(text)) return { ...base, skipped: 'a template: render it first' };
  return { ...base, documents, problems };
}

/** The name decides; a name that says nothing (stdin) is told by its text. */
function kindOf(path: string, text: string): SourceKind {
  const name = path.split('/').at(-1) ?? path;
  if (/\.(ya?ml|json)$/i.test(name)) return 'yaml';
  if (/^(Dockerfile|Containerfile)/i.test(name) || /\.(dockerfile|containerfile)$/i.test(name)) return 'dockerfile';
  if (/\.(service|container|conf)$/i.test(name) && /^\s*\[(Unit|Service|Container)\]/m.test(text)) return 'systemd';
  if (/\.(sh|bash|zsh|sbatch|slurm)$/i.test(name) || text.startsWith('#!')) return 'shell';
  if (/^\s*\[(Unit|Service|Container)\]/m.test(text)) return 'systemd';
  if (/^FROM\s+\S/m.test(text) && !/^\s*[\w.-]+:\s/m.test(text)) return 'dockerfile';
  return /^(---|\s*["\w./-]+:(\s|$)|\s*[{[])/m.test(text) && !/^\s*(docker|podman|vllm|python3?|exec)\s+\S/m.test(text) ? 'yaml' : 'shell';
}

function readYaml(text: string): Pick<SourceFile, 'documents' | 'problems'> {
  const parsed = parseAllDocuments(text, { uniqueKeys: sameKey, logLevel: 'silent' });
  const documents: Document.Parsed[] = Array.isArray(parsed) ? parsed.slice(0, MAX_DOCUMENTS) : [];
  const problems = documents.flatMap(({ errors }) =>
    errors.slice(0, 1).map((error) => ({ offset: error.pos[0], message: error.message.split('\n')[0]?.replace(/ at line .*$/, '') ?? '' })),
  );
  const most = Math.max(MAX_UNFOLDED_NODES, text.length);
  const readable = documents.filter(({ contents, errors }) => {
    if (errors.some(({ code }) => code !== 'DUPLICATE_KEY') || !(isMap(contents) || isSeq(contents))) return false;
    if (unfoldedNodes(contents) <= most) return true;
    problems.push({ offset: contents.range?.[0] ?? 0, message: `Aliases unfold to more than ${most} nodes` });
    return false;
  });
  return { documents: readable.map((document) => new YamlNode(document.contents, document)), problems };
}

/** Merge keys may stand twice; of every other key only one counts, and nobody says which. */
function sameKey(a: unknown, b: unknown): boolean {
  return isScalar(a) && isScalar(b) && a.value === b.value && a.value !== '<<';
}
