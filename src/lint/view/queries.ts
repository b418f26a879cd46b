import type { YamlNode } from '../../engine/command-files/yaml-nodes.ts';
import { readPromql } from '../promql/read-promql.ts';
import { readSource } from '../source/read-source.ts';
import type { SourceFile } from '../source/source-file.ts';
import { placesOf } from '../source/text-places.ts';
import type { MetricName, Query, QueryUse } from './query.ts';
import { mapsOf } from './walk.ts';

/** Queries that are certainly about the engine or its GPUs. */
const ABOUT_US = /\bvllm[:_]|\bDCGM_FI_/;

interface Found {
  readonly node: YamlNode;
  readonly key: string;
  readonly use: QueryUse;
  readonly name: string;
}

/** Every PromQL expression of a file: rules, panels, triggers, analyses, also those inside ConfigMaps. */
export function queriesOf(file: SourceFile): readonly Query[] {
  return file.documents.flatMap((root) => [...queriesIn(root, file), ...queriesInConfigMap(root, file)]);
}

function queriesIn(root: YamlNode, file: SourceFile): readonly Query[] {
  const found: Query[] = [];
  for (const { node, path } of mapsOf(root)) {
    const place = placeOfQuery(node, path);
    if (place !== null) found.push(...readQuery(place, file, (value) => placesOf(value.text ?? '', file.text, value.from, value.to)));
  }
  return found;
}

function readQuery(
  { node, key, use, name }: Found,
  file: SourceFile,
  placesIn: (value: YamlNode) => (index: number) => number,
): readonly Query[] {
  const value = node.at(key);
  const text = value.text;
  if (text === null || text.trim() === '') return [];
  let places: ((index: number) => number) | null = null;
  // Most queries have nothing to complain about, and their places are never asked for.
  const spot = (index: number) => {
    places ??= placesIn(value);
    return { file, offset: places(index) };
  };
  const label = /^label_values\((.*),\s*\w+\s*\)$/s.exec(text.trim())?.[1];
  const start = label === undefined ? 0 : text.indexOf(label);
  return [{ file, use, text: label ?? text, name, node, facts: readPromql(label ?? text), spot: (index) => spot(start + index) }];
}

function placeOfQuery(node: YamlNode, path: readonly string[]): Found | null {
  const expr = node.at('expr').text;
  if (expr !== null) {
    const alert = node.at('alert').text;
    const record = node.at('record').text;
    if (alert !== null) return { node, key: 'expr', use: 'alert', name: alert };
    if (record !== null) return { node, key: 'expr', use: 'recording', name: record };
    return isPrometheusTarget(node, expr) ? { node, key: 'expr', use: 'panel', name: node.at('refId').text ?? 'query' } : null;
  }
  const query = node.at('query').text;
  if (query !== null) {
    const last = path.at(-1);
    if (last === 'metadata' && node.at('serverAddress').exists)
      return { node, key: 'query', use: 'trigger', name: node.at('metricName').text ?? 'trigger' };
    if (last === 'metadata' && ABOUT_US.test(query)) return { node, key: 'query', use: 'trigger', name: 'trigger' };
    if (last === 'prometheus') return { node, key: 'query', use: 'analysis', name: 'analysis' };
    if (ABOUT_US.test(query)) return { node, key: 'query', use: 'panel', name: node.at('name').text ?? 'query' };
  }
  if (node.at('seriesQuery').text !== null) return { node, key: 'seriesQuery', use: 'adapter', name: 'adapter rule' };
  return null;
}

/** Panels of other data sources have their own languages in the same key. */
function isPrometheusTarget(node: YamlNode, expr: string): boolean {
  const type = node.at('datasource', 'type').text;
  if (type !== null && type !== 'prometheus') return false;
  return type === 'prometheus' || ABOUT_US.test(expr);
}

/** Dashboards and rule files travel as text in ConfigMaps; a block keeps its lines, so places stay exact. */
function queriesInConfigMap(root: YamlNode, file: SourceFile): readonly Query[] {
  if (root.at('kind').text !== 'ConfigMap') return [];
  return root
    .at('data')
    .entries()
    .flatMap(([name, value]) => {
      const text = value.text;
      if (text === null || !/\.(json|ya?ml)$/.test(name) || !ABOUT_US.test(text)) return [];
      const inner = readSource(name, text);
      const outer = placesOf(text, file.text, value.from, value.to);
      return queriesOf(inner).map((query) => ({
        ...query,
        file,
        spot: (index: number) => ({ file, offset: outer(query.spot(index).offset) }),
      }));
    });
}

/** Metrics that an HPA, a PodAutoscaler or a trigger names. */
export function metricNamesOf(file: SourceFile): readonly MetricName[] {
  const found: MetricName[] = [];
  for (const root of file.documents) {
    const kind = root.at('kind').text;
    if (kind !== 'HorizontalPodAutoscaler' && kind !== 'PodAutoscaler') continue;
    for (const { node, path } of mapsOf(root)) {
      const target = node.at('targetMetric');
      const name = path.at(-1) === 'metric' ? node.at('name') : target;
      if (name.text !== null) found.push({ file, at: { file, offset: name.from }, name: name.text });
    }
  }
  return found;
}
