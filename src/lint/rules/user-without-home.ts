import { isAtLeast } from '../../engine/version.ts';
import type { Rule } from '../rule.ts';
import { enginesOf } from '../view/engines.ts';
import { spotOfKey } from '../view/kubernetes.ts';

/** The user `vllm` of the CUDA image, beside root. @source vLLM docker/Dockerfile, from 0.22.0 on */
const IMAGE_USER = { since: '0.22.0', uid: 2000 } as const;

export const userWithoutHome: Rule = {
  id: 'user-without-home',
  severity: 'warning',
  formats: ['Kubernetes', 'Compose'],
  finds: 'A user id that the image does not know, without a home folder of its own',
  why: 'torch asks for the name of the user: "getpwuid(): uid not found" at import, or /.cache cannot be written.',
  fix: 'Set HOME to a writable volume, and USER, TORCHINDUCTOR_CACHE_DIR and VLLM_CACHE_ROOT below it.',
  *check(tree) {
    for (const { node, pod, env, openEnv, file, source, engine, image } of enginesOf(tree)) {
      if (node === null || openEnv || (source !== 'kubernetes' && source !== 'compose')) continue;
      const own = node.at('securityContext');
      const shared = pod?.spec.at('securityContext');
      const map = source === 'compose' ? node : own.at('runAsUser').exists || shared === undefined ? own : shared;
      const key = source === 'compose' ? 'user' : 'runAsUser';
      const user = Number(/^\d+/.exec(map.at(key).text ?? '')?.[0] ?? 0);
      if (user === 0 || (user === IMAGE_USER.uid && isAtLeast(engine.version, IMAGE_USER.since) && !/rocm/i.test(image?.text ?? '')))
        continue;
      if (env.some(({ name }) => name === 'USER' || name === 'LOGNAME' || name === 'TORCHINDUCTOR_CACHE_DIR')) continue;
      yield { at: spotOfKey(file, map, key), message: `User ${user} has no name and no home folder in the image.` };
    }
  },
};
