import type { LayerSpec } from '../../model/model-spec.ts';
import type { LinearSpec, ModuleSpec, TensorSpec } from '../../model/module-spec.ts';
import type { ForecastInput } from '../forecast-types.ts';
import { outputsOfRank } from '../module-work.ts';

/** What one layer runs on one rank besides multiplications, attention and the all-reduce behind a block. */
export interface SmallKernels {
  readonly kernels: number;
  /** Elements that they read and write for a token. */
  readonly width: number;
  /** All-reduces of the sums of squares of queries and keys, where a norm spans heads of several ranks. */
  readonly normReduces: number;
}

/**
 * Every norm (with the residual sum before it and, where the next matrix is quantized, that in the same kernel), rotary embedding
 * and cache write, the activation between two matrices, and of shared experts their activation and the sum with the routed ones.
 * What a mixture does to choose and align experts is in the time of its kernels (docs/kernels.md).
 *
 * gpt-oss: 2 norms + 2 = 4 · Llama: 2 + 2 + 1 = 5 · MiniMax-M2, with norms of queries and keys: 4 + 2 = 6.
 *
 * @source the kernels that vLLM 0.33.0 launches in `models/llama.py`, `gpt_oss.py` and `minimax_m2.py`
 */
export function smallKernels(layer: LayerSpec, input: ForecastInput): SmallKernels {
  const { modules, caches } = layer;
  const has = (role: LinearSpec['role']): number => Number(modules.some((module) => module.kind === 'linear' && module.role === role));
  const norms = modules.filter(isNorm);
  return {
    kernels: norms.length + (caches.length > 0 ? 2 : 0) + has('mlp') + 2 * has('shared-expert'),
    width: smallWidth(layer, norms, input),
    normReduces: Number(norms.some(({ split }) => split === 'column')),
  };
}

/** A norm of the hidden states reads and writes them and the residual; what a column-parallel matrix makes is read, and half of it written. */
function smallWidth({ modules }: LayerSpec, norms: readonly TensorSpec[], { model, layout }: ForecastInput): number {
  const between = modules.reduce((sum, module) => {
    if (module.kind !== 'linear' || module.split !== 'column') return sum;
    return sum + module.parts.reduce((width, part) => width + outputsOfRank(part, layout.tensorParallel), 0);
  }, 0);
  const hidden = norms.filter(({ elements }) => elements === model.hiddenSize).length;
  return 4 * hidden * model.hiddenSize + 1.5 * between;
}

function isNorm(module: ModuleSpec): module is TensorSpec {
  return module.kind === 'tensor' && module.name.includes('norm');
}
