import type { YamlNode } from '../../engine/command-files/yaml-nodes.ts';
import type { Spot } from '../rule.ts';
import type { SourceFile } from '../source/source-file.ts';
import type { Container } from './container.ts';

/** A Kubernetes object; also a patch of one. */
export interface KubernetesObject {
  readonly file: SourceFile;
  readonly root: YamlNode;
  readonly kind: string;
  readonly apiVersion: string;
  /** null where it has none. */
  readonly name: string | null;
  readonly namespace: string | null;
  readonly at: Spot;
}

/** The pods that an object makes. */
export interface Pod {
  readonly object: KubernetesObject;
  /** The pod's `spec`. */
  readonly spec: YamlNode;
  /** The map with `metadata` and `spec`: the template, or the Pod itself. */
  readonly template: YamlNode;
  readonly labels: ReadonlyMap<string, string>;
  /** Place in a LeaderWorkerSet. */
  readonly role: 'leader' | 'worker' | 'single';
  /** Copies; 1 where nothing is said. */
  readonly replicas: number;
  /** Pods of one group: the size of a LeaderWorkerSet, else 1. */
  readonly groupSize: number;
  readonly containers: readonly Container[];
}

/** A spot at a key of a map, or at the map where it has no such key. */
export function spotOfKey(file: SourceFile, node: YamlNode, key: string): Spot {
  return { file, offset: node.keyAt(key) ?? node.from };
}

export function spotOf(file: SourceFile, node: YamlNode): Spot {
  return { file, offset: node.from };
}

export function labelsOf(node: YamlNode): ReadonlyMap<string, string> {
  return new Map(node.entries().flatMap(([key, value]) => (value.text === null ? [] : [[key, value.text] as const])));
}

/** Whether every wanted label is there. */
export function matches(wanted: ReadonlyMap<string, string>, labels: ReadonlyMap<string, string>): boolean {
  return [...wanted].every(([key, value]) => labels.get(key) === value);
}

/** Objects of one namespace; an object without one goes where it is applied, so it may be the same. */
export function sameNamespace(a: KubernetesObject, b: KubernetesObject): boolean {
  return a.namespace === null || b.namespace === null || a.namespace === b.namespace;
}

/** A Kubernetes quantity in bytes: 16Gi, 500M, 1e9; null for anything else. */
export function quantityBytes(text: string | null): number | null {
  const found = /^(\d+(?:\.\d+)?(?:e\d+)?)([KMGTPE]i?|k)?$/.exec(text?.trim() ?? '');
  if (found === null) return null;
  const unit = found[2] ?? '';
  const power = ' KMGTPE'.indexOf(unit.charAt(0).toUpperCase() || ' ');
  return Number(found[1]) * (unit.endsWith('i') ? 1024 : 1000) ** power;
}
