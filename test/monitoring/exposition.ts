/** Series of one name, as a scrape shows them. */
export interface Family {
  readonly name: string;
  readonly type: 'gauge' | 'counter' | 'histogram' | 'summary';
  readonly samples: readonly Sample[];
}

export interface Sample {
  /** The family's name with the suffix of its kind. */
  readonly series: string;
  readonly labels: Labels;
  readonly value: number;
}

export type Labels = Readonly<Record<string, string>>;

/** Prometheus' text format 0.0.4. @source prometheus.io/docs/instrumenting/exposition_formats */
export function expositionText(families: readonly Family[]): string {
  return families
    .flatMap(({ name, type, samples }) => [`# HELP ${name} Of a stand-in.`, `# TYPE ${name} ${type}`, ...samples.map(line)])
    .concat('')
    .join('\n');
}

function line({ series, labels, value }: Sample): string {
  const pairs = Object.entries(labels).map(([name, text]) => `${name}="${escaped(text)}"`);
  return `${series}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${numberText(value)}`;
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function numberText(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  return String(value);
}
