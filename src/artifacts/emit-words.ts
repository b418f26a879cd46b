/** What `generate --emit` takes, in the order of the help text. Free of imports, so `--help` can list them cheaply. */
export const EMIT_WORDS = ['command', 'profile', 'compose', 'k8s'] as const;

export type EmitWord = (typeof EMIT_WORDS)[number];
