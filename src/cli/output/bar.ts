/** One part of a stacked bar. */
export interface Segment {
  /** Repeated over the part's cells; distinct, so that the bar reads without colour. */
  readonly glyph: string;
  readonly size: number;
  readonly paint: (text: string) => string;
}

/**
 * A bar of exactly `cells` characters, in which each part takes its share of `whole`. A part above zero gets at least one
 * cell; rounding is settled at the largest part.
 *
 *   ████████▓▒▞▞▞▞▞▞··
 */
export function stackedBar(segments: readonly Segment[], whole: number, cells: number): string {
  const widths = segments.map(({ size }) => (size <= 0 || whole <= 0 ? 0 : Math.max(1, Math.round((size / whole) * cells))));
  const spare = cells - widths.reduce((total, width) => total + width, 0);
  const largest = widths.indexOf(Math.max(...widths));
  return segments.map(({ glyph, paint }, i) => paint(glyph.repeat(Math.max(0, (widths[i] ?? 0) + (i === largest ? spare : 0))))).join('');
}
