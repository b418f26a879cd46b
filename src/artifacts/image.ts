import type { GpuVendor } from '../catalog/gpu-spec.ts';
import { isAtLeast, type Version } from '../engine/version.ts';

export interface ServingImage {
  readonly repository: string;
  readonly tag: string;
  /** Why the image may have to be built first; null: it is published. */
  readonly caution: string | null;
}

/** @source image names in vLLM's release notes; the ROCm image appears with v0.14.0 */
const FIRST_ROCM_IMAGE = '0.14.0';

/** The vLLM project's own image of exactly that release; null where it publishes none for the vendor. */
export function servingImage(vendor: GpuVendor, version: Version): ServingImage | null {
  const release = version.join('.');
  const tag = `v${release}`;
  switch (vendor) {
    case 'nvidia':
      return { repository: 'vllm/vllm-openai', tag, caution: null };
    case 'amd': {
      const caution = isAtLeast(version, FIRST_ROCM_IMAGE)
        ? null
        : `vLLM publishes vllm/vllm-openai-rocm from ${FIRST_ROCM_IMAGE} on: for ${release}, build docker/Dockerfile.rocm of that release and tag it ${tag}.`;
      return { repository: 'vllm/vllm-openai-rocm', tag, caution };
    }
    case 'intel':
      return null;
    default:
      return vendor satisfies never;
  }
}
