import type { YamlNode } from '../../engine/command-files/yaml-nodes.ts';
import type { PromqlFacts } from '../promql/read-promql.ts';
import type { Spot } from '../rule.ts';
import type { SourceFile } from '../source/source-file.ts';

/** Where a query stands: what is made of its result. */
export type QueryUse = 'alert' | 'recording' | 'panel' | 'trigger' | 'analysis' | 'adapter';

/** A PromQL expression of a file. */
export interface Query {
  readonly file: SourceFile;
  readonly use: QueryUse;
  readonly text: string;
  /** The rule, panel or trigger that holds it. */
  readonly name: string;
  /** The map that holds it. */
  readonly node: YamlNode;
  readonly facts: PromqlFacts;
  /** The place of a character of the query. */
  spot(index: number): Spot;
}

/** A metric that an autoscaler names without a query. */
export interface MetricName {
  readonly file: SourceFile;
  readonly at: Spot;
  readonly name: string;
}
