import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';

export interface Point {
  readonly logged: number;
  readonly predicted: number;
  readonly group: string;
}

/** Predicted against logged GiB of KV cache, one dot a start-up, as SVG text. The diagonal is a perfect forecast. */
export function drawAccuracy(points: readonly Point[]): string {
  const { document } = parseHTML('<html><body></body></html>');
  const top = Math.max(...points.flatMap(({ logged, predicted }) => [logged, predicted]));
  const chart = Plot.plot({
    document,
    width: 640,
    height: 420,
    marginLeft: 50,
    grid: true,
    style: { background: 'white' },
    x: { label: 'logged by vLLM, GiB of KV cache →', domain: [0, top] },
    y: { label: '↑ predicted, GiB', domain: [0, top] },
    color: { legend: false, scheme: 'tableau10' },
    marks: [
      Plot.line(
        [
          [0, 0],
          [top, top],
        ],
        { stroke: '#999', strokeDasharray: '4 3' },
      ),
      Plot.dot(points, { x: 'logged', y: 'predicted', stroke: 'group', strokeWidth: 1.5, r: 4 }),
    ],
  });
  chart.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  return `${chart.outerHTML}\n`;
}
