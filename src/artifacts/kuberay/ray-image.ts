import { compareVersions, parseRelease, type Version } from '../../engine/version.ts';
import { WizardError } from '../../errors/wizard-error.ts';
import type { Deployment } from '../deployment.ts';

/**
 * Releases of Ray and the one release of vLLM that each was made for: its LLM library reaches deep into the engine.
 *
 * @source requires_dist of the ray wheels, extra `llm` (exact pins from 2.56 on; older ones name a lower bound only)
 */
const RAY_RELEASES = [
  { ray: '2.56.0', vllm: '0.22.0' },
  { ray: '2.57.0', vllm: '0.25.1' },
  { ray: '2.58.0', vllm: '0.26.0' },
  { ray: '2.59.0', vllm: '0.27.0' },
  { ray: '2.60.0', vllm: '0.29.0' },
] as const;

/** @source tags of rayproject/ray-llm since 2.56: Python 3.12, CUDA 13.0 */
const FLAVOUR = 'py312-cu130';

export interface RayImage {
  readonly ray: string;
  readonly image: string;
  /** Ray's own image; another one has to be built on it, to hold the planned engine. */
  readonly base: string;
  /** The engine that Ray's image holds. */
  readonly bundledVllm: string;
  readonly published: boolean;
}

/** @throws WizardError CONTRADICTION for an engine older than every one that Ray pins */
export function rayImage({ version, slug }: Pick<Deployment, 'version' | 'slug'>): RayImage {
  const release = RAY_RELEASES.findLast(({ vllm }) => compareVersions(parseRelease(vllm), version) <= 0);
  if (release === undefined) throw tooOld(version);
  const base = `rayproject/ray-llm:${release.ray}-${FLAVOUR}`;
  const text = version.join('.');
  const published = release.vllm === text;
  const image = published ? base : `${slug}-ray:${release.ray}-vllm-${text}`;
  return { ray: release.ray, image, base, bundledVllm: release.vllm, published };
}

/** How the image came to be chosen. */
export function imageRemark({ ray, bundledVllm, published, base }: RayImage): string {
  return published
    ? `Ray ${ray} is the release that was made for vLLM ${bundledVllm}, and its image holds that.`
    : `No release of Ray holds the planned engine: build this image (Dockerfile) on ${base}, push it, and put its full name here.`;
}

function tooOld(version: Version): WizardError {
  const known = RAY_RELEASES.map(({ vllm }) => vllm).join(', ');
  return new WizardError('CONTRADICTION', {
    problem: `No image of Ray Serve LLM holds vLLM ${version.join('.')}; those that name their engine hold ${known}.`,
    fix: 'Plan for --vllm-version with one of these, or emit manifests or lws.',
  });
}
