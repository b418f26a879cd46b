import type { Rule } from '../rule.ts';

export const autoscalerOnGpu: Rule = {
  id: 'autoscaler-on-gpu',
  severity: 'warning',
  formats: ['Kubernetes'],
  finds: 'Scaling by GPU utilisation or GPU memory',
  why: 'Utilisation is near 100 % under any load, and vLLM takes its share of memory at start: neither says that requests wait.',
  fix: 'Scale by vllm:num_requests_waiting plus vllm:num_requests_running, or by vllm:kv_cache_usage_perc.',
  *check({ queries, metricNames }) {
    for (const { use, facts, spot } of queries) {
      if (use !== 'trigger') continue;
      const found = facts.selectors.find(({ metric }) => metric !== null && isGpuUse(metric));
      if (found !== undefined) yield { at: spot(found.at), message: `Replicas follow ${found.metric ?? ''}.` };
    }
    for (const { at, name } of metricNames) if (isGpuUse(name)) yield { at, message: `Replicas follow ${name}.` };
  },
};

/** Utilisation and memory of GPUs, as the exporters of NVIDIA and AMD call them. */
export function isGpuUse(metric: string): boolean {
  return /^(DCGM_FI_DEV_(GPU_UTIL|MEM_COPY_UTIL|FB_(USED|FREE|USED_PERCENT))|DCGM_FI_PROF_GR_ENGINE_ACTIVE|nvidia_(smi|gpu)_.*(util|memory)|gpu_(used_)?(memory|utili[sz]ation)|amd_gpu_(gfx_activity|used_vram)|dcgm_gpu_utilization)/i.test(
    metric,
  );
}
