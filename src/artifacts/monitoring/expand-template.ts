interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What Prometheus makes of an annotation. Knows the few actions that ours use. */
export function expandTemplate(template: string, { labels, value }: Sample): string {
  return template.replace(/\{\{ ("\{\{"|\$[^{}]*?) \}\}/g, (_, action: string) => {
    if (action === '"{{"') return '{{';
    const label = /^\$labels\.(\w+)$/.exec(action)?.[1];
    if (label !== undefined) return labels[label] ?? '';
    if (action === '$value | humanize') return humanize(value);
    if (action === '$value | humanizePercentage') return `${fourDigits(value * 100)}%`;
    throw new RangeError(`no such action: ${action}`);
  });
}

/** @source prometheus/template/template.go `humanize` */
function humanize(value: number): string {
  if (value === 0) return '0';
  const up = ['', 'k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y'];
  const down = ['', 'm', 'u', 'n', 'p', 'f', 'a', 'z', 'y'];
  let scaled = value;
  let step = 0;
  const big = Math.abs(value) >= 1;
  while (step < 8 && (big ? Math.abs(scaled) >= 1000 : Math.abs(scaled) < 1)) {
    scaled = big ? scaled / 1000 : scaled * 1000;
    step += 1;
  }
  return `${fourDigits(scaled)}${(big ? up : down)[step] ?? ''}`;
}

/** `%.4g` of C and Go, for numbers that it writes without an exponent. */
function fourDigits(value: number): string {
  return String(Number(value.toPrecision(4)));
}
