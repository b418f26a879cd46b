import type { Deployment } from '../deployment.ts';
import { headerComment } from '../file-header.ts';
import type { RayImage } from './ray-image.ts';

/** The planned engine in Ray's image, where no release of Ray holds it. */
export function rayDockerfile(deployment: Deployment, { base, image, ray, bundledVllm }: RayImage): string {
  const header = headerComment(
    deployment,
    `WARNING: Ray ${ray} was made for vLLM ${bundledVllm}, and its LLM library reaches deep into the engine: try this image before you rely on it.`,
    `Build: docker build --tag ${image} kuberay`,
  );
  return `${header}\nFROM ${base}\nRUN pip install --no-cache-dir "vllm==${deployment.version.join('.')}"\n`;
}
