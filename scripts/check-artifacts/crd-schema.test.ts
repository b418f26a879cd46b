import { describe, expect, it, test } from 'vitest';
import { POD, strictSchema, strictSchemas } from './crd-schema.ts';

describe('strictSchema', () => {
  test.each([
    {
      why: 'a field that is not listed',
      schema: { type: 'object', properties: { a: { type: 'string' } } },
      want: { type: 'object', properties: { a: { type: 'string' } }, additionalProperties: false },
    },
    {
      why: 'unknown fields where they are kept',
      schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
      want: { type: 'object' },
    },
    {
      why: 'a map',
      schema: { type: 'object', additionalProperties: { type: 'integer' } },
      want: { type: 'object', additionalProperties: { type: 'integer' } },
    },
    {
      why: 'a number or a text',
      schema: { 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }] },
      want: { type: ['integer', 'string'], anyOf: [{ type: 'integer' }, { type: 'string' }] },
    },
    { why: 'nothing', schema: { type: 'string', nullable: true }, want: { type: ['string', 'null'] } },
    { why: 'a pattern of Go', schema: { type: 'string', pattern: '^(?i)(a|b)?$' }, want: { type: 'string', pattern: '(?i)^(a|b)?$' } },
    { why: 'a format that only Kubernetes knows', schema: { type: 'integer', format: 'int32' }, want: { type: 'integer' } },
    {
      why: 'rules about values, without their fields',
      schema: { type: 'object', properties: { a: {} }, oneOf: [{ required: ['a'], properties: { a: { enum: ['x'] } } }] },
      want: {
        type: 'object',
        properties: { a: {} },
        additionalProperties: false,
        oneOf: [{ required: ['a'], properties: { a: { enum: ['x'] } } }],
      },
    },
  ])('says so of $why', ({ schema, want }) => {
    expect(strictSchema(schema)).toEqual(want);
  });

  it("takes a template's metadata for that of an object, and a map of that name for a map", () => {
    const { properties } = strictSchema({ type: 'object', properties: { metadata: { type: 'object' } } });
    expect(properties).toMatchObject({ metadata: { additionalProperties: false, properties: { labels: {} } } });
    const map = { type: 'object', additionalProperties: { type: 'string' } };
    expect(strictSchema({ type: 'object', properties: { metadata: map } }).properties).toEqual({ metadata: map });
  });
});

describe('strictSchemas', () => {
  const pod = { type: 'object', properties: { containers: { type: 'array', items: { type: 'object' } } } };
  const template = { type: 'object', properties: { workerTemplate: { type: 'object', properties: { spec: pod } } } };
  const schema = { type: 'object', properties: { spec: { type: 'object', properties: { leaderWorkerTemplate: template } } } };
  const definition = {
    kind: 'CustomResourceDefinition',
    spec: {
      group: 'acme.io',
      names: { kind: 'Group' },
      versions: [
        { name: 'v1', served: true, schema: { openAPIV3Schema: schema } },
        { name: 'v0', served: false, schema: { openAPIV3Schema: schema } },
      ],
    },
  };

  it('holds served versions, and the pod that one of them describes', () => {
    expect([...strictSchemas([{ kind: 'Service' }, null, definition]).keys()].sort()).toEqual(['acme.io/v1 Group', POD]);
  });

  it('lets every object say what it is and who', () => {
    expect(strictSchemas([definition]).get('acme.io/v1 Group')).toMatchObject({
      additionalProperties: false,
      properties: { apiVersion: {}, kind: {}, metadata: { properties: { name: {} } }, spec: {} },
    });
  });
});
