import type { Rule } from '../rule.ts';
import { enginesOf, gpuProcesses } from '../view/engines.ts';

export const shmMissing: Rule = {
  id: 'shm-missing',
  severity: 'error',
  formats: ['Compose', 'Kubernetes', 'Helm values', 'shell'],
  finds: 'Several GPU processes in a container with the default 64 MiB of /dev/shm',
  why: 'The processes exchange data through shared memory: NCCL fails with "no space left on device" at start-up or later.',
  fix: 'Docker: --ipc=host or --shm-size 16g. Compose: shm_size. Kubernetes: an emptyDir with medium Memory at /dev/shm.',
  *check(tree) {
    for (const container of enginesOf(tree)) {
      const { source, sharedMemory, engine, node } = container;
      if (sharedMemory || !['compose', 'kubernetes', 'values', 'docker'].includes(source)) continue;
      const gpus = gpuProcesses(container);
      if (gpus <= 1) continue;
      const flag = engine.flag('--tensor-parallel-size') ?? engine.flag('-tp') ?? engine.flag('--pipeline-parallel-size');
      const isStack = source === 'values' && node?.at('modelURL').exists === true;
      yield {
        at: flag?.at ?? container.at,
        message: `${gpus} GPU processes share 64 MiB of /dev/shm.`,
        ...(isStack && { fix: 'Set vllmConfig.tensorParallelSize instead of the flag: only then the chart mounts shared memory.' }),
      };
    }
  },
};
