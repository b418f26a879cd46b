import type { Rule } from '../rule.ts';
import { enginesOf } from '../view/engines.ts';

/** Organisations whose models mostly ask for a licence to be accepted. */
const GATED = /^(meta-llama\/|google\/gemma|mistralai\/|CohereLabs\/)/;

export const hubTokenMissing: Rule = {
  id: 'hub-token-missing',
  severity: 'info',
  formats: ['Compose', 'Kubernetes', 'Helm values', 'shell'],
  finds: 'A model behind a licence, and no `HF_TOKEN` in sight',
  why: 'The download is refused with 401 or 403 and the container restarts for ever.',
  fix: 'Hand HF_TOKEN on: -e HF_TOKEN (docker), HF_TOKEN: (Compose), secretKeyRef (Kubernetes).',
  *check(tree) {
    for (const { engine, env, openEnv, source } of enginesOf(tree)) {
      if (source === 'shell' || source === 'systemd' || source === 'dockerfile' || openEnv) continue;
      const { model } = engine.args;
      if (!GATED.test(model) || env.some(({ name }) => /TOKEN$|^HF_HUB_OFFLINE$|^HF_ENDPOINT$|^VLLM_USE_MODELSCOPE$/.test(name))) continue;
      yield {
        at: engine.model === null ? engine.at : { ...engine.at, offset: engine.model.offset },
        message: `${model} asks for a licence, and the container gets no HF_TOKEN.`,
      };
    }
  },
};
