import type { ModuleSpec } from '../module-spec.ts';
import { columnLinear, norm, rowLinear, vector } from './linear.ts';
import { encoderLayers, plainTowerLinear } from './tower.ts';
import type { Encoder } from './tower-vit.ts';

export interface WhisperSizes {
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly heads: number;
  readonly layers: number;
  readonly melBins: number;
  readonly positions: number;
}

/** Width of the two convolutions in front; the second halves the frames. */
const KERNEL = 3;

/** Whisper's encoder; also Voxtral's. @source vLLM 0.33.0 `models/whisper.py` `WhisperEncoder` */
export function whisperEncoder({ hiddenSize, intermediateSize, heads, layers, melBins, positions }: WhisperSizes, prefix: string): Encoder {
  const layer = (index: number): readonly ModuleSpec[] => {
    const name = `${prefix}.layers.${index}`;
    return [
      ...whisperAttention(`${name}.self_attn`, hiddenSize, heads),
      ...whisperMlp(`${name}.`, hiddenSize, intermediateSize),
      norm(`${name}.self_attn_layer_norm`, hiddenSize, 'layer'),
      norm(`${name}.final_layer_norm`, hiddenSize, 'layer'),
    ];
  };
  return {
    modules: [
      plainTowerLinear(`${prefix}.conv1`, hiddenSize, melBins * KERNEL, true),
      plainTowerLinear(`${prefix}.conv2`, hiddenSize, hiddenSize * KERNEL, true),
      vector(`${prefix}.embed_positions`, positions * hiddenSize),
      ...encoderLayers(layers, layer),
      norm(`${prefix}.layer_norm`, hiddenSize, 'layer'),
    ],
    hiddenSize,
    intermediateSize,
    patches: positions,
    unloadedParameters: 0,
  };
}

/**
 * Queries and values have a bias, keys none in the checkpoint; vLLM makes room for theirs as well.
 *
 * @param apart cross attention projects its queries apart from keys and values
 */
export function whisperAttention(prefix: string, hiddenSize: number, heads: number, apart = false): readonly ModuleSpec[] {
  const part = (name: string) => ({ name: `${prefix}.${name}`, outFeatures: hiddenSize, heads });
  const groups = apart ? [['q_proj'], ['k_proj', 'v_proj']] : [['q_proj', 'k_proj', 'v_proj']];
  return [
    ...groups.map((names) => columnLinear(names.map(part), hiddenSize, { role: 'attention' })),
    { ...vector(`${prefix}.q_proj.bias`, hiddenSize), split: 'column' },
    { ...vector(`${prefix}.k_proj.bias`, hiddenSize), split: 'column', derived: true },
    { ...vector(`${prefix}.v_proj.bias`, hiddenSize), split: 'column' },
    rowLinear(`${prefix}.out_proj`, hiddenSize, hiddenSize, { bias: true, role: 'attention' }),
  ];
}

export function whisperMlp(prefix: string, hiddenSize: number, intermediateSize: number): readonly ModuleSpec[] {
  return [
    columnLinear([{ name: `${prefix}fc1`, outFeatures: intermediateSize }], hiddenSize, { bias: true, role: 'mlp' }),
    rowLinear(`${prefix}fc2`, hiddenSize, intermediateSize, { bias: true, role: 'mlp' }),
  ];
}
