import type { SourceWord } from './found-command.ts';

/** Flags that a refusal or failure is about, where its message does not spell one. */
const FLAGS_OF: Readonly<Record<string, readonly string[]>> = {
  TP_HEADS: ['--tensor-parallel-size', '-tp'],
  TP_KV_HEADS: ['--tensor-parallel-size', '-tp'],
  TP_VOCABULARY: ['--tensor-parallel-size', '-tp'],
  PP_LAYERS: ['--pipeline-parallel-size', '-pp'],
  GPUS_TOO_FEW: ['--tensor-parallel-size', '-tp', '--pipeline-parallel-size', '-pp', '--data-parallel-size', '-dp'],
  max_model_len_exceeds_kv: ['--max-model-len'],
  no_kv_memory: ['--gpu-memory-utilization', '--max-num-batched-tokens'],
  free_memory_below_requested: ['--gpu-memory-utilization'],
  out_of_memory: ['--gpu-memory-utilization', '--max-num-seqs', '--max-num-batched-tokens'],
};

/**
 * The word of the command that a finding is about: the flag that its message spells, else the flag of its kind, else the model.
 */
export function wordOfFinding(code: string, message: string, words: readonly SourceWord[], model: SourceWord | null): SourceWord | null {
  const spelled = message.match(/(?<![\w-])--?[A-Za-z][\w.-]*/g) ?? [];
  const stray = /unrecognized arguments: (\S+)/.exec(message)?.[1];
  // "max_model_len (131072) is greater …": vLLM's own messages name the setting.
  const settings = message.match(/\b[a-z]+(?:_[a-z]+)+\b/g) ?? [];
  const wanted = [
    ...(stray === undefined ? [] : [stray]),
    ...spelled.map((flag) => flag.replace(/[.]$/, '')),
    ...(FLAGS_OF[code] ?? []),
    ...settings.map((name) => `--${name}`),
  ];
  for (const name of wanted) {
    const found = words.find(({ text }) => keyOf(text) === keyOf(name) || keyOf(text).startsWith(`${keyOf(name)}.`));
    if (found !== undefined) return found;
  }
  return model ?? words[0] ?? null;
}

function keyOf(text: string): string {
  const equals = text.indexOf('=');
  const key = equals > 0 ? text.slice(0, equals) : text;
  return key.startsWith('--') ? key.replaceAll('_', '-') : key;
}

export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Line and column of a position, both from 1. */
export function placeAt(text: string, offset: number): Place {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return { line, column: offset - before.lastIndexOf('\n') };
}
