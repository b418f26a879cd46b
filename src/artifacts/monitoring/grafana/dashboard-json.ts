/**
 * The part of Grafana's dashboard JSON that we write.
 *
 * @source github.com/grafana/grafana-foundation-sdk/go v0.0.18, packages dashboard, timeseries, stat, heatmap, table, prometheus
 */
export interface DashboardJson {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly timezone: 'browser';
  readonly editable: boolean;
  /** 1: one crosshair over all panels. */
  readonly graphTooltip: 1;
  readonly time: { readonly from: string; readonly to: string };
  readonly refresh: string;
  readonly schemaVersion: number;
  readonly panels: readonly (PanelJson | RowJson)[];
  readonly templating: { readonly list: readonly VariableJson[] };
  readonly annotations: { readonly list: readonly AnnotationJson[] };
  readonly links: readonly [];
}

export interface DatasourceRef {
  readonly type: 'prometheus' | 'grafana';
  readonly uid: string;
}

/** Columns of 24 and rows of 30 pixels. */
export interface GridPosition {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export interface RowJson {
  readonly type: 'row';
  readonly id: number;
  readonly title: string;
  readonly collapsed: false;
  readonly gridPos: GridPosition;
  readonly panels: readonly [];
}

export interface PanelJson {
  readonly type: 'timeseries' | 'stat' | 'heatmap' | 'table';
  readonly id: number;
  readonly title: string;
  readonly description: string;
  readonly datasource: DatasourceRef;
  readonly gridPos: GridPosition;
  readonly targets: readonly TargetJson[];
  readonly fieldConfig: FieldConfigJson;
  readonly options: object;
  readonly transformations?: readonly { readonly id: string; readonly options: object }[];
}

export interface TargetJson {
  readonly refId: string;
  readonly datasource: DatasourceRef;
  readonly editorMode: 'code';
  readonly expr: string;
  readonly legendFormat: string;
  readonly format: 'time_series' | 'heatmap' | 'table';
  readonly range: boolean;
  readonly instant: boolean;
}

export interface FieldConfigJson {
  readonly defaults: {
    readonly unit: string;
    readonly min?: number;
    readonly max?: number;
    readonly decimals?: number;
    readonly noValue?: string;
    readonly color?: { readonly mode: string };
    readonly thresholds?: { readonly mode: 'absolute'; readonly steps: readonly ThresholdStep[] };
    readonly custom?: object;
  };
  readonly overrides: readonly FieldOverride[];
}

export interface ThresholdStep {
  /** null: from minus infinity on. */
  readonly value: number | null;
  readonly color: string;
}

export interface FieldOverride {
  readonly matcher: { readonly id: 'byFrameRefID'; readonly options: string };
  readonly properties: readonly { readonly id: string; readonly value: unknown }[];
}

export interface VariableJson {
  readonly type: 'datasource' | 'query';
  readonly name: string;
  readonly label: string;
  readonly query: string | { readonly query: string; readonly refId: string };
  readonly datasource?: DatasourceRef;
  readonly definition?: string;
  readonly current?:
    | { readonly text: string; readonly value: string }
    | { readonly text: readonly string[]; readonly value: readonly string[] };
  readonly multi: boolean;
  readonly includeAll: boolean;
  /** 1: when the dashboard is opened, 2: when the time range changes. */
  readonly refresh: 1 | 2;
  readonly sort?: 1;
}

export interface AnnotationJson {
  readonly name: string;
  readonly datasource: DatasourceRef;
  readonly enable: boolean;
  readonly iconColor: string;
  readonly builtIn?: 1;
  readonly hide?: boolean;
  readonly type?: 'dashboard';
  readonly expr?: string;
  readonly titleFormat?: string;
  readonly textFormat?: string;
  readonly step?: string;
}
