import type { ExpertsSpec, ModuleSpec } from '../module-spec.ts';
import { gatedMlp, mlpNames } from './dense-mlp.ts';
import { replicatedLinear, vector } from './linear.ts';

export interface MoeMlpInit {
  readonly hiddenSize: number;
  readonly experts: number;
  readonly perToken: number;
  /** Of one routed expert. */
  readonly intermediateSize: number;
  /** Prefix of the block in the checkpoint. */
  readonly prefix?: string;
  readonly routerName?: string;
  readonly expertsName?: string;
  readonly routerBias?: boolean;
  readonly routerDtype?: 'float32';
  /** Bias of the experts' own matrices (gpt-oss). */
  readonly expertBias?: boolean;
  /** `e_score_correction_bias`: one float32 a routed expert, added when experts are chosen. Absent: none. */
  readonly correctionBiasName?: string;
  readonly shared?: SharedExpertInit | null;
}

interface SharedExpertInit {
  readonly name: string;
  /** All shared experts together: vLLM runs them as one block. */
  readonly intermediateSize: number;
  /** Name of the 1 × hidden gate in front of it (Qwen). */
  readonly gateName?: string;
}

/**
 * Mixture of experts: a router that is whole on every rank and never quantized, routed experts, and shared experts that
 * are split like an ordinary feed-forward block.
 *
 * @source vLLM 0.33.0 `models/mixtral.py`, `qwen2_moe.py`, `deepseek_v2.py` (`DeepseekV2MoE`), `glm4_moe.py`
 */
export function moeMlp(init: MoeMlpInit): readonly ModuleSpec[] {
  const { hiddenSize, experts, perToken, intermediateSize, prefix = 'mlp', shared = null } = init;
  const routed: ExpertsSpec = {
    kind: 'experts',
    name: `${prefix}.${init.expertsName ?? 'experts'}`,
    experts,
    perToken,
    hiddenSize,
    intermediateSize,
    gated: true,
    bias: init.expertBias ?? false,
  };
  return [router(init, prefix), ...correctionBias(init, prefix), routed, ...(shared ? sharedExpert(shared, hiddenSize, prefix) : [])];
}

function router({ hiddenSize, experts, routerName = 'gate', routerBias = false, routerDtype }: MoeMlpInit, prefix: string): ModuleSpec {
  return replicatedLinear([{ name: `${prefix}.${routerName}`, outFeatures: experts }], hiddenSize, {
    bias: routerBias,
    role: 'router',
    quantizable: false,
    ...(routerDtype && { dtype: routerDtype }),
  });
}

function correctionBias({ correctionBiasName, experts }: MoeMlpInit, prefix: string): readonly ModuleSpec[] {
  return correctionBiasName === undefined ? [] : [{ ...vector(`${prefix}.${correctionBiasName}`, experts), dtype: 'float32' }];
}

function sharedExpert({ name, intermediateSize, gateName }: SharedExpertInit, hiddenSize: number, prefix: string): readonly ModuleSpec[] {
  const block = gatedMlp({ hiddenSize, intermediateSize, role: 'shared-expert', names: mlpNames(`${prefix}.${name}`) });
  if (gateName === undefined) return block;
  const gate = replicatedLinear([{ name: `${prefix}.${gateName}`, outFeatures: 1 }], hiddenSize, { role: 'router', quantizable: false });
  return [...block, gate];
}
