import type { Rule } from '../rule.ts';
import { isOfficialImage } from '../view/image-ref.ts';
import { isCommand } from './entrypoint-implicit.ts';

export const entrypointDoubled: Rule = {
  id: 'entrypoint-doubled',
  severity: 'error',
  formats: ['Compose', 'Kubernetes', 'Helm values', 'shell', 'Dockerfile'],
  finds: "A program as the first argument of the image's entrypoint",
  why: 'The arguments are appended to the entrypoint of the image, so the server is told to serve a model called "vllm" or "bash".',
  fix: 'Put the program into the entrypoint (`command` in Kubernetes, `entrypoint` in Compose, `--entrypoint` of docker run).',
  *check({ containers }) {
    for (const { image, firstArgument, file } of containers) {
      if (firstArgument === null || image === null || !isOfficialImage(image.repository) || !isCommand(firstArgument.text)) continue;
      yield {
        at: { file, offset: firstArgument.offset },
        message: `${image.repository} starts its own server, with ${firstArgument.text} as its first argument.`,
      };
    }
  },
};
