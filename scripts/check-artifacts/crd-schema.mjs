/** What every object may say of itself; definitions leave it to the API server. */
const METADATA = {
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

/**
 * JSON Schemas of the served versions of definitions, by "apiVersion kind", and of a pod's spec by "pod". They take no field
 * that the definition does not list, except where it asks to keep unknown ones.
 */
export function strictSchemas(documents) {
  const schemas = new Map();
  for (const { kind, spec } of documents.filter((document) => document?.kind === 'CustomResourceDefinition')) {
    for (const { name, served, schema } of spec.versions) {
      if (!served || schema?.openAPIV3Schema === undefined) continue;
      const strict = strictSchema(schema.openAPIV3Schema);
      const root = { ...strict, properties: { apiVersion: {}, kind: {}, status: {}, ...strict.properties, metadata: METADATA } };
      schemas.set(`${spec.group}/${name} ${spec.names.kind}`, { $schema: 'http://json-schema.org/draft-07/schema#', ...root });
    }
    if (kind !== undefined && spec.names.kind === 'LeaderWorkerSet') {
      const template = spec.versions.at(-1).schema.openAPIV3Schema.properties.spec.properties.leaderWorkerTemplate;
      schemas.set('pod', strictSchema(template.properties.workerTemplate.properties.spec));
    }
  }
  return schemas;
}

/** Keys of a structural schema that mean the same in JSON Schema. */
const SAME = [
  'enum',
  'pattern',
  'format',
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
];

function strictSchema(schema) {
  const open = schema['x-kubernetes-preserve-unknown-fields'] === true || schema['x-kubernetes-embedded-resource'] === true;
  const strict = {};
  for (const key of SAME) if (schema[key] !== undefined) strict[key] = schema[key];
  if (schema['x-kubernetes-int-or-string'] === true) strict.type = ['integer', 'string'];
  else if (schema.type !== undefined) strict.type = schema.nullable === true ? [schema.type, 'null'] : schema.type;
  if (schema.items !== undefined) strict.items = strictSchema(schema.items);
  if (schema.properties !== undefined) {
    strict.properties = Object.fromEntries(Object.entries(schema.properties).map(([name, value]) => [name, propertySchema(name, value)]));
  }
  if (typeof schema.additionalProperties === 'object') strict.additionalProperties = strictSchema(schema.additionalProperties);
  else if (schema.type === 'object' && !open && schema.additionalProperties !== true) strict.additionalProperties = false;
  // Inside these only values are restricted; what fields there are is said outside.
  for (const key of ['allOf', 'anyOf', 'oneOf']) if (schema[key] !== undefined) strict[key] = schema[key].map(looseSchema);
  if (schema.not !== undefined) strict.not = looseSchema(schema.not);
  return strict;
}

/** A template's metadata is that of an object, though definitions leave its fields out. */
function propertySchema(name, schema) {
  const bare =
    name === 'metadata' && schema.type === 'object' && schema.properties === undefined && schema.additionalProperties === undefined;
  return bare && schema['x-kubernetes-preserve-unknown-fields'] !== true ? METADATA : strictSchema(schema);
}

function looseSchema(schema) {
  return Object.fromEntries(Object.entries(schema).filter(([key]) => !key.startsWith('x-kubernetes-')));
}
