import type { Rule } from '../rule.ts';

/** Names that huggingface_hub reads beside HF_TOKEN, or that people think it reads. */
const OLD = new Set(['HUGGING_FACE_HUB_TOKEN', 'HUGGINGFACE_HUB_TOKEN', 'HUGGINGFACE_TOKEN', 'HF_HUB_TOKEN']);

export const hubTokenAlias: Rule = {
  id: 'hub-token-alias',
  severity: 'warning',
  formats: ['Compose', 'Kubernetes', 'Helm values', 'shell', 'systemd', 'Dockerfile'],
  finds: 'An old or wrong name for `HF_TOKEN`',
  why: 'HUGGING_FACE_HUB_TOKEN is a deprecated alias, and the other spellings are read by nothing.',
  fix: 'Name it HF_TOKEN.',
  *check({ containers }) {
    for (const { env } of containers) {
      for (const { name, at } of env) {
        if (OLD.has(name)) yield { at, message: `${name} is ${name === 'HUGGING_FACE_HUB_TOKEN' ? 'the old name of' : 'not'} HF_TOKEN.` };
      }
    }
  },
};
