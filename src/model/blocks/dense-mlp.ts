import type { ModuleSpec } from '../module-spec.ts';
import { columnLinear, type Role, rowLinear } from './linear.ts';

export interface DenseMlpInit {
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly bias?: boolean;
  readonly role?: Role;
  /** Where the matrices live; the defaults are Llama's. A checkpoint with one fused matrix gives it as gate and up. */
  readonly names?: MlpNames;
}

export interface MlpNames {
  readonly gate: string;
  readonly up: string;
  readonly down: string;
}

export function mlpNames(prefix: string, gate = 'gate_proj', up = 'up_proj', down = 'down_proj'): MlpNames {
  return { gate: `${prefix}.${gate}`, up: `${prefix}.${up}`, down: `${prefix}.${down}` };
}

const LLAMA_MLP = mlpNames('mlp');

/** Feed-forward block with a gate: gate and up fused and split by outputs, down split by inputs. @source vLLM 0.33.0 `llama.py` `LlamaMLP` */
export function gatedMlp({
  hiddenSize,
  intermediateSize,
  bias = false,
  role = 'mlp',
  names = LLAMA_MLP,
}: DenseMlpInit): readonly ModuleSpec[] {
  const gateUp = [
    { name: names.gate, outFeatures: intermediateSize },
    { name: names.up, outFeatures: intermediateSize },
  ];
  return [columnLinear(gateUp, hiddenSize, { bias, role }), rowLinear(names.down, hiddenSize, intermediateSize, { bias, role })];
}

/** Feed-forward block without a gate (GPT-like models). @source vLLM 0.33.0 `opt.py`, `gpt_j.py` */
export function plainMlp(init: Omit<DenseMlpInit, 'names'> & { readonly up: string; readonly down: string }): readonly ModuleSpec[] {
  const { hiddenSize, intermediateSize, bias = false, role = 'mlp', up, down } = init;
  return [
    columnLinear([{ name: up, outFeatures: intermediateSize }], hiddenSize, { bias, role }),
    rowLinear(down, hiddenSize, intermediateSize, { bias, role }),
  ];
}
