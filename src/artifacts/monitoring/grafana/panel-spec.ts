/** One query of a panel. */
export interface QuerySpec {
  readonly expr: string;
  /** As Grafana shows it, with `{{label}}` for a label's value. */
  readonly legend: string;
  /** A number of the plan: drawn as a dashed grey line. */
  readonly planned?: true;
  /** Upper end of a range: the area down to the query with this legend is filled. */
  readonly fillDownTo?: string;
}

/** What a reader needs to act on a panel. */
export interface Explanation {
  readonly means: string;
  /** What the plan says about it; absent where it says nothing. */
  readonly plan?: string;
  readonly act: string;
}

interface PanelBase extends Explanation {
  readonly title: string;
  /** Columns of 24. */
  readonly width: number;
  readonly unit: Unit;
  readonly queries: readonly QuerySpec[];
}

export interface LinesSpec extends PanelBase {
  readonly kind: 'lines';
  /** Above it is bad: a red line. */
  readonly limit?: number;
  readonly stacked?: true;
  readonly max?: number;
}

export interface NumberSpec extends PanelBase {
  readonly kind: 'number';
  /** Red from here on, green below. */
  readonly redFrom?: number;
  /** Green from here on, red below. */
  readonly greenFrom?: number;
}

export interface HeatMapSpec extends PanelBase {
  readonly kind: 'heatmap';
}

/** Labels of series that carry no number. */
export interface LabelTableSpec extends PanelBase {
  readonly kind: 'labels';
}

export type PanelSpec = LinesSpec | NumberSpec | HeatMapSpec | LabelTableSpec;

export interface RowSpec {
  readonly title: string;
  readonly panels: readonly PanelSpec[];
}

/**
 * Units under Grafana's ids.
 *
 * @source grafana packages/grafana-data/src/valueFormats/categories.ts; `suffix:` is its form for units of one's own
 */
export const UNITS = {
  count: 'short',
  fraction: 'percentunit',
  seconds: 's',
  tokens: 'short',
  tokensPerS: 'suffix: tok/s',
  requestsPerS: 'reqps',
  perS: 'cps',
  bytesPerS: 'Bps',
  flopsPerS: 'flops',
  mebibytes: 'mbytes',
  watts: 'watt',
  joules: 'joule',
  celsius: 'celsius',
  usd: 'currencyUSD',
  none: 'none',
} as const;

export type Unit = keyof typeof UNITS;
