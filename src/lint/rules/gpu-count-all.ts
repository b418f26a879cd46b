import type { Rule } from '../rule.ts';
import { enginesOf, gpusNeeded } from '../view/engines.ts';

export const gpuCountAll: Rule = {
  id: 'gpu-count-all',
  severity: 'warning',
  formats: ['Compose', 'shell'],
  finds: 'All GPUs of the host for a server that uses a stated number',
  why: 'On a host with more GPUs the rest stands idle, and a second server on it takes the same ones and runs out of memory.',
  fix: 'Name the number (count: 2) or the devices (device_ids, --gpus \'"device=0,1"\').',
  *check(tree) {
    for (const container of enginesOf(tree)) {
      const { gpus, engine } = container;
      const isStated = ['--tensor-parallel-size', '-tp', '--pipeline-parallel-size', '-pp', '--data-parallel-size', '-dp'].some(
        (name) => engine.flag(name) !== null,
      );
      const needed = gpusNeeded(container);
      if (gpus === null || !gpus.all || !isStated || needed === null) continue;
      yield { at: gpus.at, message: `The container gets all GPUs, and the server uses ${needed}.` };
    }
  },
};
