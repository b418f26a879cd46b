import type { Rule } from '../rule.ts';
import { instructions } from '../view/dockerfile.ts';

export const dockerfileShellForm: Rule = {
  id: 'dockerfile-shell-form',
  severity: 'warning',
  formats: ['Dockerfile'],
  finds: '`CMD` or `ENTRYPOINT` of the server as a string',
  why: 'A shell is process 1: arguments of docker run are dropped, and SIGTERM may never reach the server.',
  fix: 'Write the JSON form: ENTRYPOINT ["vllm", "serve"].',
  *check({ files }) {
    for (const file of files) {
      if (file.kind !== 'dockerfile') continue;
      for (const { name, value, offset } of instructions(file.text)) {
        if (name !== 'CMD' && name !== 'ENTRYPOINT') continue;
        if (!value.startsWith('[') && /\bvllm\b/.test(value) && !/^exec\b/.test(value))
          yield { at: { file, offset }, message: `${name} is a string, which a shell runs.` };
      }
    }
  },
};
