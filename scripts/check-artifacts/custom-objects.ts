import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { at, isObject, type Json, POD } from './crd-schema.ts';

export interface CustomObject {
  /** File, and the document in it where it has several. */
  readonly label: string;
  /** "apiVersion kind" */
  readonly key: string;
  readonly value: Json;
}

/** Groups that every API server has, and what no API server ever sees. */
const NATIVE = /^(|apps|autoscaling|batch|policy|[a-z]+\.k8s\.io|rbac\.authorization\.k8s\.io|kustomize\.config\.k8s\.io)$/;

/** Objects of kinds that a cluster learns from definitions, in all YAML files below a folder. */
export function customObjects(folder: string): CustomObject[] {
  return yamlFiles(folder).flatMap((file) => {
    const documents = documentsIn(file);
    return documents.flatMap((value, i) => {
      if (!isObject(value) || typeof value.apiVersion !== 'string' || typeof value.kind !== 'string') return [];
      const slash = value.apiVersion.indexOf('/');
      if (NATIVE.test(slash < 0 ? '' : value.apiVersion.slice(0, slash)) || value.kind === 'CustomResourceDefinition') return [];
      const label = documents.length === 1 ? file : `${file} (document ${i + 1})`;
      return [{ label, key: `${value.apiVersion} ${value.kind}`, value }];
    });
  });
}

/** Pods inside an object that its schema does not describe: they are found by what they hold. */
export function openPods({ label, value }: CustomObject, schema: Json | undefined): CustomObject[] {
  return podsIn(value, schema, '$').map(({ path, pod }) => ({ label: `${label} ${path}`, key: POD, value: pod }));
}

function podsIn(value: unknown, schema: unknown, path: string): { readonly path: string; readonly pod: Json }[] {
  if (Array.isArray(value)) return value.flatMap((item, i) => podsIn(item, at(schema, 'items'), `${path}[${i}]`));
  if (!isObject(value)) return [];
  const inside = Object.entries(value).flatMap(([key, item]) => podsIn(item, at(schema, 'properties', key), `${path}.${key}`));
  const isPod = Array.isArray(value.containers) && at(schema, 'properties', 'containers') === undefined;
  return isPod ? [{ path, pod: value }, ...inside] : inside;
}

export function yamlFiles(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** @throws Error for a file that is no YAML; chart templates are none until Helm has filled them in, and are passed over */
export function documentsIn(file: string): unknown[] {
  const text = readFileSync(file, 'utf8');
  if (text.includes('{{') && /[\\/]templates[\\/]/.test(file)) return [];
  return parseAllDocuments(text, { version: '1.1', merge: true }).map((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw new Error(`${file}: ${error.message}`);
    return document.toJS({ maxAliasCount: 1000 });
  });
}
