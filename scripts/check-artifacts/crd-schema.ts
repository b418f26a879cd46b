/** A JSON object, of which nothing is known yet. */
export type Json = { readonly [key: string]: unknown };

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What every object may say of itself; definitions leave it to the API server. */
const METADATA: Json = {
  type: 'object',
  additionalProperties: false,
  properties: {
    name: { type: 'string', maxLength: 253 },
    generateName: { type: 'string' },
    namespace: { type: 'string', maxLength: 63 },
    labels: {
      type: 'object',
      additionalProperties: { type: 'string', maxLength: 63, pattern: '^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$' },
    },
    annotations: { type: 'object', additionalProperties: { type: 'string' } },
    finalizers: { type: 'array', items: { type: 'string' } },
  },
};

/** Of a pod's spec: taken from the definition of LeaderWorkerSets, which holds all of it. */
export const POD = 'pod';

/**
 * JSON Schemas of the served versions of CustomResourceDefinitions, by "apiVersion kind", and of a pod's spec by `POD`. They
 * take no field that the definition does not list, except where it asks to keep unknown ones.
 */
export function strictSchemas(documents: readonly unknown[]): Map<string, Json> {
  const schemas = new Map<string, Json>();
  for (const document of documents) {
    if (at(document, 'kind') !== 'CustomResourceDefinition') continue;
    const kind = String(at(document, 'spec', 'names', 'kind'));
    for (const version of listOf(at(document, 'spec', 'versions'))) {
      const schema = at(version, 'schema', 'openAPIV3Schema');
      if (at(version, 'served') !== true || !isObject(schema)) continue;
      schemas.set(`${at(document, 'spec', 'group')}/${at(version, 'name')} ${kind}`, rootSchema(schema));
      const template = at(schema, 'properties', 'spec', 'properties', 'leaderWorkerTemplate');
      const pod = at(template, 'properties', 'workerTemplate', 'properties', 'spec');
      if (isObject(pod)) schemas.set(POD, strictSchema(pod));
    }
  }
  return schemas;
}

function rootSchema(schema: Json): Json {
  const strict = strictSchema(schema);
  const given = isObject(strict.properties) ? strict.properties : {};
  const properties = { apiVersion: {}, kind: {}, status: {}, ...given, metadata: METADATA };
  return { $schema: 'http://json-schema.org/draft-07/schema#', ...strict, properties };
}

/** Keys of a structural schema that mean the same in JSON Schema. */
const SAME = [
  'enum',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'uniqueItems',
  'minProperties',
  'maxProperties',
  'required',
] as const;

/** One level of a structural schema, closed. */
export function strictSchema(schema: Json): Json {
  const strict: Record<string, unknown> = Object.fromEntries(SAME.filter((key) => key in schema).map((key) => [key, schema[key]]));
  if (typeof schema.pattern === 'string') strict.pattern = leadingFlags(schema.pattern);
  if (schema['x-kubernetes-int-or-string'] === true) strict.type = ['integer', 'string'];
  else if (schema.type !== undefined) strict.type = schema.nullable === true ? [schema.type, 'null'] : schema.type;
  if (isObject(schema.items)) strict.items = strictSchema(schema.items);
  if (isObject(schema.properties)) {
    strict.properties = Object.fromEntries(Object.entries(schema.properties).map(([name, value]) => [name, propertySchema(name, value)]));
  }
  if (isObject(schema.additionalProperties)) strict.additionalProperties = strictSchema(schema.additionalProperties);
  else if (schema.type === 'object' && !isOpen(schema)) strict.additionalProperties = false;
  // Inside these only values are restricted; what fields there are is said outside.
  for (const key of ['allOf', 'anyOf', 'oneOf'] as const) if (schema[key] !== undefined) strict[key] = listOf(schema[key]).map(looseSchema);
  if (isObject(schema.not)) strict.not = looseSchema(schema.not);
  return strict;
}

/** Go takes a flag anywhere in an expression, Python only in front of it: `^(?i)(abort|warn)?$`. */
function leadingFlags(pattern: string): string {
  return pattern.includes('(?i)') ? `(?i)${pattern.replace('(?i)', '')}` : pattern;
}

function isOpen(schema: Json): boolean {
  const keeps = schema['x-kubernetes-preserve-unknown-fields'] === true || schema['x-kubernetes-embedded-resource'] === true;
  return keeps || schema.additionalProperties === true;
}

/** A template's metadata is that of an object, though definitions leave its fields out. */
function propertySchema(name: string, value: unknown): Json {
  const schema = isObject(value) ? value : {};
  const bare = schema.type === 'object' && schema.properties === undefined && schema.additionalProperties === undefined;
  return name === 'metadata' && bare && !isOpen(schema) ? METADATA : strictSchema(schema);
}

function looseSchema(schema: unknown): Json {
  const entries = isObject(schema) ? Object.entries(schema) : [];
  return Object.fromEntries(entries.filter(([key]) => !key.startsWith('x-kubernetes-')));
}

/** What lies at the end of a path of keys; undefined where it leads nowhere. */
export function at(value: unknown, ...keys: readonly string[]): unknown {
  return keys.reduce<unknown>((inner, key) => (isObject(inner) ? inner[key] : undefined), value);
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
