/** A number for people, with at most three digits that count below a thousand: 1,234 tokens, 12.3 ms. */
export function numberText(value: number): string {
  return (value >= 1000 ? Math.round(value) : Number(value.toPrecision(3))).toLocaleString('en-US', { maximumSignificantDigits: 12 });
}

/** Milliseconds as seconds where that reads better. */
export function durationText(ms: number): string {
  return ms >= 1000 ? `${numberText(ms / 1000)} s` : `${numberText(ms)} ms`;
}
