import type {
  DatasourceRef,
  FieldConfigJson,
  FieldOverride,
  GridPosition,
  PanelJson,
  TargetJson,
  ThresholdStep,
} from './dashboard-json.ts';
import { type Explanation, type LinesSpec, type NumberSpec, type PanelSpec, type QuerySpec, UNITS } from './panel-spec.ts';

/** The data source that the reader picked at the top of the dashboard. */
// biome-ignore lint/suspicious/noTemplateCurlyInString: Grafana fills it in
export const CHOSEN_SOURCE: DatasourceRef = { type: 'prometheus', uid: '${datasource}' };

type PanelBody = Pick<PanelJson, 'type' | 'fieldConfig' | 'options' | 'transformations'>;

export function panelJson(panel: PanelSpec, id: number, gridPos: GridPosition): PanelJson {
  const { type, ...body } = bodyOf(panel);
  return {
    id,
    type,
    title: panel.title,
    description: describe(panel),
    datasource: CHOSEN_SOURCE,
    gridPos,
    targets: panel.queries.map((query, index) => target(panel, query, index)),
    ...body,
  };
}

function bodyOf(panel: PanelSpec): PanelBody {
  switch (panel.kind) {
    case 'lines':
      return lines(panel);
    case 'number':
      return number(panel);
    case 'heatmap':
      return heatMap(UNITS[panel.unit]);
    case 'labels':
      return labelTable();
    default:
      return panel satisfies never;
  }
}

/** Markdown, as Grafana shows it behind the panel's "i". */
function describe({ means, plan, act }: Explanation): string {
  return [means, ...(plan === undefined ? [] : [`**Plan:** ${plan}`]), `**What to do:** ${act}`].join('\n\n');
}

function target({ kind }: PanelSpec, { expr, legend }: QuerySpec, index: number): TargetJson {
  const instant = kind === 'labels';
  return {
    refId: refId(index),
    datasource: CHOSEN_SOURCE,
    editorMode: 'code',
    expr,
    legendFormat: legend,
    format: instant ? 'table' : kind === 'heatmap' ? 'heatmap' : 'time_series',
    range: !instant,
    instant,
  };
}

function refId(index: number): string {
  return String.fromCharCode('A'.charCodeAt(0) + index);
}

function lines(panel: LinesSpec): PanelBody {
  const { unit, limit, max, stacked, queries } = panel;
  const fieldConfig: FieldConfigJson = {
    defaults: {
      unit: UNITS[unit],
      min: 0,
      ...(max !== undefined && { max }),
      color: { mode: 'palette-classic' },
      ...(limit !== undefined && { thresholds: thresholds(['transparent', 'red'], limit) }),
      custom: {
        drawStyle: 'line',
        lineWidth: 1,
        fillOpacity: stacked ? 20 : 0,
        showPoints: 'never',
        spanNulls: false,
        stacking: { mode: stacked ? 'normal' : 'none', group: 'A' },
        thresholdsStyle: { mode: limit === undefined ? 'off' : 'line' },
      },
    },
    overrides: queries.flatMap(plannedLook),
  };
  const options = {
    legend: { displayMode: 'table', placement: 'bottom', showLegend: true, calcs: ['lastNotNull', 'max'] },
    tooltip: { mode: 'multi', sort: 'desc' },
  };
  return { type: 'timeseries', fieldConfig, options };
}

function plannedLook({ planned, fillDownTo }: QuerySpec, index: number): FieldOverride[] {
  if (!planned) return [];
  return [
    {
      matcher: { id: 'byFrameRefID', options: refId(index) },
      properties: [
        { id: 'color', value: { mode: 'fixed', fixedColor: 'text' } },
        { id: 'custom.lineStyle', value: { fill: 'dash', dash: [8, 8] } },
        { id: 'custom.stacking', value: { mode: 'none', group: 'A' } },
        ...(fillDownTo === undefined
          ? []
          : [
              { id: 'custom.fillBelowTo', value: fillDownTo },
              { id: 'custom.fillOpacity', value: 10 },
            ]),
      ],
    },
  ];
}

function number({ unit, redFrom, greenFrom }: NumberSpec): PanelBody {
  const colours =
    redFrom !== undefined
      ? thresholds(['green', 'red'], redFrom)
      : greenFrom !== undefined
        ? thresholds(['red', 'green'], greenFrom)
        : null;
  return {
    type: 'stat',
    fieldConfig: {
      defaults: {
        unit: UNITS[unit],
        noValue: '-',
        color: { mode: colours ? 'thresholds' : 'palette-classic' },
        ...(colours && { thresholds: colours }),
      },
      overrides: [],
    },
    options: {
      graphMode: 'area',
      colorMode: 'value',
      justifyMode: 'auto',
      textMode: 'value',
      wideLayout: true,
      showPercentChange: false,
      percentChangeColorMode: 'standard',
      orientation: 'auto',
      reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
    },
  };
}

function thresholds([below, above]: readonly [string, string], from: number): { mode: 'absolute'; steps: readonly ThresholdStep[] } {
  return {
    mode: 'absolute',
    steps: [
      { color: below, value: null },
      { color: above, value: from },
    ],
  };
}

function heatMap(unit: string): PanelBody {
  return {
    type: 'heatmap',
    fieldConfig: { defaults: { unit: 'short', custom: { scaleDistribution: { type: 'linear' } } }, overrides: [] },
    options: {
      calculate: false,
      cellGap: 1,
      color: { mode: 'scheme', scheme: 'Oranges', fill: 'dark-orange', scale: 'exponential', exponent: 0.5, steps: 64, reverse: false },
      exemplars: { color: 'rgba(255,0,255,0.7)' },
      filterValues: { le: 1e-9 },
      legend: { show: true },
      rowsFrame: { layout: 'auto' },
      showValue: 'never',
      tooltip: { mode: 'single', yHistogram: true, showColorScale: false },
      yAxis: { axisPlacement: 'left', reverse: false, unit },
    },
  };
}

/** One row for each series, one column for each label. */
function labelTable(): PanelBody {
  return {
    type: 'table',
    fieldConfig: { defaults: { unit: 'none' }, overrides: [] },
    options: { frameIndex: 0, showHeader: true, cellHeight: 'sm' },
    transformations: [{ id: 'organize', options: { excludeByName: { Time: true, Value: true } } }],
  };
}
