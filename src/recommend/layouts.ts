import type { ServeArgs } from '../engine/serve-args.ts';
import type { ModelSpec } from '../model/model-spec.ts';

/** Sizes of one replica. */
export interface ReplicaLayout {
  readonly tensorParallel: number;
  readonly pipelineParallel: number;
}

/** Most GPUs of one host that are planned as one tensor-parallel group. @source hosts have up to 8 (HGX), racks up to 72 behind one switch */
const MAX_TENSOR_PARALLEL = 16;

/**
 * Layouts of one replica that the engine accepts for the model on the given GPUs, fewest GPUs first, then the smaller
 * pipeline. Tensor parallelism stays within a node and divides the attention heads; pipeline parallelism joins nodes.
 * What the user pinned is kept.
 *
 * @source vllm-memory §9; vLLM docs/serving/parallelism_scaling.md (tensor parallel inside a node, pipeline across)
 */
export function replicaLayouts(model: ModelSpec, gpus: number, nodes: number, args: ServeArgs): readonly ReplicaLayout[] {
  const perNode = Math.max(1, Math.floor(gpus / nodes));
  const tensor = args.tensorParallelSize === null ? tensorSizes(model, perNode) : [args.tensorParallelSize];
  const pipeline = args.pipelineParallelSize === null ? pipelineSizes(nodes) : [args.pipelineParallelSize];
  return tensor
    .flatMap((tensorParallel) => pipeline.map((pipelineParallel) => ({ tensorParallel, pipelineParallel })))
    .filter(({ tensorParallel, pipelineParallel }) => isPinned(args) || tensorParallel * pipelineParallel <= gpus)
    .sort(
      (a, b) => a.tensorParallel * a.pipelineParallel - b.tensorParallel * b.pipelineParallel || a.pipelineParallel - b.pipelineParallel,
    );
}

function isPinned(args: ServeArgs): boolean {
  return args.tensorParallelSize !== null && args.pipelineParallelSize !== null;
}

/** Powers of two that divide the heads and keep whole or replicated KV heads. */
function tensorSizes(model: ModelSpec, perNode: number): readonly number[] {
  const sizes: number[] = [];
  for (let size = 1; size <= Math.min(perNode, MAX_TENSOR_PARALLEL); size *= 2) {
    const keepsHeads = model.kvHeads === 0 || model.mla !== null || model.kvHeads % size === 0 || size % model.kvHeads === 0;
    if (model.attentionHeads % size === 0 && keepsHeads) sizes.push(size);
  }
  return sizes;
}

function pipelineSizes(nodes: number): readonly number[] {
  return nodes > 1 ? [1, nodes] : [1];
}
