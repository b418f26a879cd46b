import type { PanelJson, RowJson } from './dashboard-json.ts';
import { panelJson } from './panel-json.ts';
import type { PanelSpec, RowSpec } from './panel-spec.ts';

const COLUMNS = 24;
/** Grid units of 30 pixels. */
const HEIGHTS: { readonly [kind in PanelSpec['kind']]: number } = { number: 4, lines: 8, heatmap: 9, labels: 5 };

/** Panels from left to right and top to bottom, each row under a heading of its own; ids count up from 1. */
export function layOut(rows: readonly RowSpec[]): (PanelJson | RowJson)[] {
  const placed: (PanelJson | RowJson)[] = [];
  let y = 0;
  for (const { title, panels } of rows) {
    placed.push({ type: 'row', id: placed.length + 1, title, collapsed: false, gridPos: { x: 0, y, w: COLUMNS, h: 1 }, panels: [] });
    y += 1;
    for (const shelf of shelves(panels)) {
      const h = Math.max(...shelf.map(({ kind }) => HEIGHTS[kind]));
      let x = 0;
      for (const panel of shelf) {
        placed.push(panelJson(panel, placed.length + 1, { x, y, w: panel.width, h }));
        x += panel.width;
      }
      y += h;
    }
  }
  return placed;
}

/** Breaks the panels into lines; panels of a line that is not full grow to fill it. */
function shelves(panels: readonly PanelSpec[]): PanelSpec[][] {
  const lines: PanelSpec[][] = [];
  let used = COLUMNS;
  for (const panel of panels) {
    if (used + panel.width > COLUMNS) {
      lines.push([]);
      used = 0;
    }
    lines.at(-1)?.push(panel);
    used += panel.width;
  }
  return lines.map(stretched);
}

function stretched(line: readonly PanelSpec[]): PanelSpec[] {
  const width = Math.floor(COLUMNS / line.length);
  const used = line.reduce((sum, panel) => sum + panel.width, 0);
  return used === COLUMNS ? [...line] : line.map((panel) => ({ ...panel, width }));
}
