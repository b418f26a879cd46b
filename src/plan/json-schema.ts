import { z } from 'zod';
import { planDocumentSchema } from './plan-schema.ts';
import { profileV1Schema, profileV2Schema } from './profile-schema.ts';

export const SCHEMA_NAMES = ['plan', 'profile'] as const;
export type SchemaName = (typeof SCHEMA_NAMES)[number];

/** The JSON Schema (draft 2020-12) of the plan document, or of profiles. */
export function jsonSchema(name: SchemaName): Record<string, unknown> {
  const schema = name === 'plan' ? planDocumentSchema : z.union([profileV1Schema, profileV2Schema]);
  const title = name === 'plan' ? 'vLLM Wizard plan' : 'vLLM Wizard profile';
  const { $schema, ...rest } = z.toJSONSchema(schema, { target: 'draft-2020-12', io: 'input' });
  return { $schema, title, ...rest };
}
