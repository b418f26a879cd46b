/** What `generate --emit` takes, in the order of the help text. Free of imports, so `--help` can list them cheaply. */
export const EMIT_WORDS = ['command', 'profile', 'docker-run', 'compose', 'k8s'] as const;

export type EmitWord = (typeof EMIT_WORDS)[number];

/** Words for several kinds at once; those that a plan cannot have are left out, and said to be. */
export const EMIT_GROUPS = {
  docker: ['command', 'docker-run', 'compose'],
  all: EMIT_WORDS,
} as const satisfies Readonly<Record<string, readonly EmitWord[]>>;

export type EmitGroup = keyof typeof EMIT_GROUPS;
