import type { Rule } from '../rule.ts';
import { enginesOf } from '../view/engines.ts';
import { spotOfKey } from '../view/kubernetes.ts';

export const gpuNotRequested: Rule = {
  id: 'gpu-not-requested',
  severity: 'warning',
  formats: ['Compose', 'Kubernetes', 'Helm values', 'shell'],
  finds: 'An engine that asks for no GPU',
  why: 'The container sees no GPU, and vLLM ends with "Failed to infer device type".',
  fix: 'Docker: --gpus. Compose: deploy.resources.reservations.devices. Kubernetes: resources.limits nvidia.com/gpu.',
  *check(tree) {
    for (const { source, gpus, image, engine, node, pod, privileged, file, at, env } of enginesOf(tree)) {
      if ((gpus !== null && gpus.count !== 0) || image === null || !['compose', 'kubernetes', 'values', 'docker'].includes(source))
        continue;
      if (/cpu|tpu|neuron|hpu|gaudi|xpu/i.test(image.text) || engine.flag('--device')?.value === 'cpu') continue;
      // Devices by claim, by runtime class or by a privileged container.
      if (privileged !== null || pod?.spec.at('resourceClaims').exists || pod?.spec.at('runtimeClassName').text != null) continue;
      if (node?.at('devices').exists || env.some(({ name }) => name === 'NVIDIA_VISIBLE_DEVICES')) continue;
      if (resourcesElsewhere(source, node)) continue;
      yield {
        at: node !== null && source === 'kubernetes' ? spotOfKey(file, node, 'name') : at,
        message: 'The container asks for no GPU.',
      };
    }
  },
};

/** A patch or a chart adds them. */
function resourcesElsewhere(source: string, node: Parameters<typeof spotOfKey>[1] | null): boolean {
  return source === 'values' && node?.at('resources').exists !== true;
}
