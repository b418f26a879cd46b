import type { Hit, Rule } from '../rule.ts';
import { type Engine, enginesOf, gpusNeeded } from '../view/engines.ts';

export const gpuCountMismatch: Rule = {
  id: 'gpu-count-mismatch',
  severity: 'error',
  formats: ['Compose', 'Kubernetes', 'Helm values', 'shell'],
  finds: 'Another number of GPUs than tensor × pipeline × data parallel size',
  why: 'With too few the server does not start; with too many the rest is reserved and stands idle.',
  fix: 'Make the number of GPUs and the parallel sizes agree.',
  *check(tree) {
    for (const container of enginesOf(tree)) yield* ofContainer(container);
  },
};

function* ofContainer(container: Engine): Generator<Hit> {
  const { gpus, engine } = container;
  const needed = gpusNeeded(container);
  if (gpus === null || gpus.count === null || gpus.count === 0 || needed === null || gpus.count === needed) return;
  const { tensorParallelSize: tp, pipelineParallelSize: pp, dataParallelSize: dp } = engine.args;
  const factors = [`tp ${tp ?? 1}`, ...(pp === null ? [] : [`pp ${pp}`]), ...(dp === null ? [] : [`dp ${dp}`])].join(' × ');
  const isFewer = gpus.count < needed;
  const ask = needed === 1 ? 'one' : String(needed);
  yield {
    at: gpus.at,
    message: `The container gets ${gpus.count} GPU${gpus.count === 1 ? '' : 's'}, and the server uses ${ask} (${factors}).`,
    fix: isFewer ? `Ask for ${needed} GPUs, or lower the parallel sizes.` : `Ask for ${ask}, or set --tensor-parallel-size ${gpus.count}.`,
  };
}
