import { parser } from '@prometheus-io/lezer-promql';

type SyntaxNode = ReturnType<typeof parser.parse>['topNode'];

export interface LabelMatcher {
  readonly label: string;
  /** Position in the query. */
  readonly at: number;
  /** `=`, `!=`, `=~` or `!~`. */
  readonly operator: string;
  readonly value: string;
  readonly valueAt: number;
}

/** A series that a query reads. */
export interface Selector {
  /** null where only labels select. */
  readonly metric: string | null;
  readonly at: number;
  readonly matchers: readonly LabelMatcher[];
  /** The function or aggregation around it, and those around that: `rate`, `sum`, `histogram_quantile`. */
  readonly inside: readonly string[];
  /** A range behind it: `[5m]`. */
  readonly hasRange: boolean;
}

/** An aggregation or a matching clause with labels. */
export interface Grouping {
  readonly kind: 'by' | 'without' | 'on' | 'ignoring';
  readonly labels: readonly { readonly name: string; readonly at: number }[];
  /** Metrics that the aggregation reads. */
  readonly metrics: readonly string[];
}

/** `selector > 90`: a series compared to a number. */
export interface Comparison {
  readonly metrics: readonly string[];
  readonly operator: string;
  readonly threshold: number;
  readonly at: number;
}

export interface Quantile {
  readonly at: number;
  /** Whether `le` survives up to it. */
  readonly keepsLe: boolean;
}

/** What the rules want to know of a query. */
export interface PromqlFacts {
  readonly selectors: readonly Selector[];
  readonly groupings: readonly Grouping[];
  readonly comparisons: readonly Comparison[];
  readonly quantiles: readonly Quantile[];
  /** The result has at most one element, whatever the data. */
  readonly isSingle: boolean;
  /** Where the grammar breaks; null: it is PromQL. */
  readonly errorAt: number | null;
}

/** Longest query that is read; the longest real ones have some thousand characters. */
const MAX_CHARACTERS = 20_000;

/** Reads a query with Prometheus' own grammar. Dashboard variables take the place of names and ranges. */
export function readPromql(query: string): PromqlFacts {
  const text = withoutVariables(query.slice(0, MAX_CHARACTERS));
  const reader: Reader = { text, selectors: [], groupings: [], comparisons: [], quantiles: [], errorAt: null };
  const top = parser.parse(text).topNode;
  visit(reader, top, []);
  const [expression] = children(top);
  return { ...reader, isSingle: expression !== undefined && isSingle(expression, text) };
}

/** Replaces Grafana's variables by names and durations of the same length, so that positions stay. */
export function withoutVariables(query: string): string {
  return query
    .replace(/\[\s*(\$\{[^}]*\}|\$\w+|\[\[\w+\]\])/g, (all, name: string) => `${all.slice(0, -name.length)}${'1m'.padEnd(name.length)}`)
    .replace(/:(\$\{[^}]*\}|\$\w+)\s*\]/g, (all, name: string) => `:${'1m'.padEnd(name.length)}${all.slice(1 + name.length)}`)
    .replace(/\$\{[^}]*\}|\[\[\w+\]\]/g, (name) => '_'.repeat(name.length))
    .replace(/\$(?=\w)/g, '_');
}

interface Reader {
  readonly text: string;
  readonly selectors: Selector[];
  readonly groupings: Grouping[];
  readonly comparisons: Comparison[];
  readonly quantiles: Quantile[];
  errorAt: number | null;
}

function visit(reader: Reader, node: SyntaxNode, inside: readonly string[]): void {
  if (node.type.isError) reader.errorAt ??= node.from;
  switch (node.name) {
    case 'VectorSelector':
      reader.selectors.push(readSelector(reader.text, node, inside));
      return;
    case 'FunctionCall':
    case 'AggregateExpr': {
      const name = nameOf(reader.text, node);
      if (name === 'histogram_quantile') reader.quantiles.push({ at: node.from, keepsLe: keepsLe(reader.text, node) });
      for (const child of children(node)) visit(reader, child, [name, ...inside]);
      addGroupings(reader, node);
      return;
    }
    case 'BinaryExpr':
      addComparison(reader, node);
      addGroupings(reader, node);
      break;
  }
  for (const child of children(node)) visit(reader, child, inside);
}

function children(node: SyntaxNode): readonly SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) found.push(child);
  return found;
}

function nameOf(text: string, node: SyntaxNode): string {
  const first = node.firstChild;
  return first === null ? '' : text.slice(first.from, first.to).toLowerCase();
}

function readSelector(text: string, node: SyntaxNode, inside: readonly string[]): Selector {
  const name = node.getChild('Identifier') ?? node.getChild('MetricIdentifier');
  const list = node.getChild('LabelMatchers');
  const matchers = (list === null ? [] : children(list)).flatMap((child) => matcherOf(text, child));
  const quoted = list?.getChild('QuotedLabelName') ?? null;
  const byLabel = matchers.find(({ label, operator }) => label === '__name__' && operator === '=');
  const metric =
    name !== null
      ? { text: text.slice(name.from, name.to), at: name.from }
      : quoted !== null
        ? { text: unquoted(text.slice(quoted.from, quoted.to)), at: quoted.from + 1 }
        : byLabel !== undefined
          ? { text: byLabel.value, at: byLabel.valueAt + 1 }
          : null;
  return {
    metric: metric?.text ?? null,
    at: metric?.at ?? node.from,
    matchers: matchers.filter(({ label }) => label !== '__name__'),
    inside,
    hasRange: node.parent?.name === 'MatrixSelector' || node.parent?.name === 'SubqueryExpr',
  };
}

function matcherOf(text: string, node: SyntaxNode): readonly LabelMatcher[] {
  const name = node.getChild('LabelName') ?? node.getChild('QuotedLabelName');
  const operator = node.getChild('MatchOp');
  const value = children(node).findLast((child) => child.name === 'StringLiteral');
  if (name === null || operator === null || value === undefined) return [];
  return [
    {
      label: unquoted(text.slice(name.from, name.to)),
      at: name.from,
      operator: text.slice(operator.from, operator.to),
      value: unquoted(text.slice(value.from, value.to)),
      valueAt: value.from,
    },
  ];
}

function unquoted(text: string): string {
  return text.replace(/^(["'`])(.*)\1$/s, '$2');
}

const CLAUSES: readonly (readonly [node: string, kind: Grouping['kind']])[] = [
  ['By', 'by'],
  ['Without', 'without'],
  ['On', 'on'],
  ['Ignoring', 'ignoring'],
];

function addGroupings(reader: Reader, node: SyntaxNode): void {
  for (const clause of [node.getChild('AggregateModifier'), node.getChild('MatchingModifierClause')]) {
    if (clause === null) continue;
    const kind = CLAUSES.find(([name]) => clause.getChild(name) !== null)?.[1];
    const list = clause.getChild('GroupingLabels');
    if (kind === undefined || list === null) continue;
    const labels = children(list)
      .filter(({ name }) => name === 'LabelName' || name === 'QuotedLabelName')
      .map((label) => ({ name: unquoted(reader.text.slice(label.from, label.to)), at: label.from }));
    reader.groupings.push({ kind, labels, metrics: metricsIn(reader.text, node) });
  }
}

function metricsIn(text: string, node: SyntaxNode): readonly string[] {
  if (node.name === 'VectorSelector') {
    const { metric } = readSelector(text, node, []);
    return metric === null ? [] : [metric];
  }
  return children(node).flatMap((child) => metricsIn(text, child));
}

const COMPARISONS = new Set(['Gtr', 'Gte', 'Lss', 'Lte', 'Eqlc', 'Neq']);

function addComparison(reader: Reader, node: SyntaxNode): void {
  const parts = children(node);
  const at = parts.findIndex(({ name }) => COMPARISONS.has(name));
  const sign = parts[at];
  const left = parts[0];
  const right = parts.at(-1);
  if (sign === undefined || left === undefined || right === undefined) return;
  const number = numberOf(reader.text, right) ?? numberOf(reader.text, left);
  if (number === null) return;
  const series = numberOf(reader.text, right) === null ? right : left;
  if (!isScaledLikeItsSeries(series)) return;
  reader.comparisons.push({
    metrics: metricsIn(reader.text, series),
    operator: reader.text.slice(sign.from, sign.to),
    threshold: number,
    at: (series === left ? right : left).from,
  });
}

/** A product or quotient changes the scale, so its threshold says nothing about the series. */
function isScaledLikeItsSeries(node: SyntaxNode): boolean {
  if (node.name === 'BinaryExpr') return false;
  return children(node).every(isScaledLikeItsSeries);
}

function numberOf(text: string, node: SyntaxNode): number | null {
  if (node.name === 'ParenExpr') return node.firstChild === null ? null : numberOf(text, node.firstChild);
  if (node.name !== 'NumberDurationLiteral') return null;
  const value = Number(text.slice(node.from, node.to));
  return Number.isNaN(value) ? null : value;
}

/** Every aggregation between the quantile and its buckets keeps `le`. */
function keepsLe(text: string, node: SyntaxNode): boolean {
  return children(node).every((child) => {
    if (child.name !== 'AggregateExpr') return keepsLe(text, child);
    const clause = child.getChild('AggregateModifier');
    const list = clause?.getChild('GroupingLabels') ?? null;
    const names = list === null ? [] : children(list).map((label) => unquoted(text.slice(label.from, label.to)));
    // A dashboard variable may stand for `le`.
    const named = names.includes('le') || names.some((name) => name.startsWith('_'));
    const keeps = clause === null ? false : clause.getChild('By') !== null ? named : !names.includes('le');
    return keeps && keepsLe(text, child);
  });
}

/** Functions of one vector that keep its number of elements. */
const ELEMENTWISE =
  /^(abs|ceil|floor|round|clamp|clamp_min|clamp_max|exp|ln|log2|log10|sqrt|sgn|label_replace|label_join|sort|sort_desc|timestamp)$/;
/** Functions whose result has one element or is a number. */
const SINGLE = /^(scalar|vector|absent|absent_over_time|time|pi|minute|hour|day_of_week)$/;
/** Aggregations that leave several elements. */
const SEVERAL = /^(topk|bottomk|count_values|limitk|limit_ratio)$/;

function isSingle(node: SyntaxNode, text: string): boolean {
  const inner = children(node);
  switch (node.name) {
    case 'NumberDurationLiteral':
      return true;
    case 'ParenExpr':
    case 'UnaryExpr':
    case 'StepInvariantExpr':
    case 'OffsetExpr':
      return inner.some((child) => child.name !== 'UnaryOp' && isSingle(child, text));
    case 'AggregateExpr':
      return node.getChild('AggregateModifier') === null && (!SEVERAL.test(nameOf(text, node)) || isTopOne(node, text));
    case 'FunctionCall': {
      const name = nameOf(text, node);
      if (SINGLE.test(name)) return true;
      const body = node.getChild('FunctionCallBody');
      const args = body === null ? [] : children(body);
      if (name === 'histogram_quantile') return args.some((arg) => arg.name === 'AggregateExpr' && groupsByLeOnly(arg, text));
      return ELEMENTWISE.test(name) && args.some((arg) => arg.name !== 'NumberDurationLiteral' && isSingle(arg, text));
    }
    case 'BinaryExpr': {
      const sides = inner.filter(({ name }) => /Expr$|Call$|Literal$|Selector$/.test(name));
      const [left, right] = [sides[0], sides.at(-1)];
      if (left === undefined || right === undefined) return false;
      // `sum(a) or vector(0)` has both when their labels differ; sums have none.
      return isSingle(left, text) && isSingle(right, text);
    }
    default:
      return false;
  }
}

function isTopOne(node: SyntaxNode, text: string): boolean {
  const first = node.getChild('FunctionCallBody')?.firstChild ?? null;
  return /^(topk|bottomk|limitk)$/.test(nameOf(text, node)) && first !== null && text.slice(first.from, first.to) === '1';
}

function groupsByLeOnly(node: SyntaxNode, text: string): boolean {
  const clause = node.getChild('AggregateModifier');
  const list = clause?.getChild('GroupingLabels') ?? null;
  if (clause === null || clause.getChild('By') === null || list === null) return false;
  return children(list).every((label) => text.slice(label.from, label.to) === 'le');
}
