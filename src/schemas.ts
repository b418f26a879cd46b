/** JSON Schemas of the documents, and the reader of profiles. Apart from the planner, because they bring a schema library along. */
export { jsonSchema, SCHEMA_NAMES, type SchemaName } from './plan/json-schema.ts';
export { parseProfile } from './plan/parse-profile.ts';
export type { Profile } from './plan/profile-schema.ts';
