/** Halves of characters, which no program that speaks UTF-8 can pass on. */
const LONE_SURROGATE = /\p{Surrogate}/gu;

/**
 * Text as a string of PromQL. Its escapes are Go's, and JSON's are among those.
 *
 *   quoted('a "b" \\ c')   // "a \"b\" \\ c"
 */
export function quoted(text: string): string {
  return JSON.stringify(text.replace(LONE_SURROGATE, '\ufffd'));
}

/** Text as it stands in a regular expression of PromQL (RE2), still to be quoted. */
export function regexText(text: string): string {
  return text.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&');
}

/** What a selector asks of the labels: equal, or by an operator of its own. */
export type Matchers = Readonly<Record<string, string | Matcher>>;

export interface Matcher {
  readonly op: '=~' | '!=' | '!~';
  readonly value: string;
}

/** `metric{a="b", c=~"d"}` */
export function selector(metric: string, matchers: Matchers): string {
  const parts = Object.entries(matchers).map(([label, asked]) =>
    typeof asked === 'string' ? `${label}=${quoted(asked)}` : `${label}${asked.op}${quoted(asked.value)}`,
  );
  return `${metric}{${parts.join(', ')}}`;
}

/** A number of the plan in a query: six digits are more than a forecast knows. */
export function numberText(value: number): string {
  return String(Number(value.toPrecision(6)));
}

/** Seconds as Prometheus writes durations: `90s`, `5m`, `2h`. */
export function durationText(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole % 3600 === 0) return `${whole / 3600}h`;
  return whole % 60 === 0 ? `${whole / 60}m` : `${whole}s`;
}

/** Text in labels and annotations of an alert, which are Go templates: as it is, with no action in it. */
export function templateText(text: string): string {
  return text.replaceAll('{{', '{{ "{{" }}');
}
