/** One word of a command, with the place where it is written. */
export interface SourceWord {
  readonly text: string;
  /** As it is written, quotes and variables included. */
  readonly raw: string;
  /** Position in the file, in UTF-16 units. */
  readonly offset: number;
  /** Variables in it that neither the file nor the environment sets. */
  readonly open: readonly string[];
}

/** A remark about the file, at the word that it is about. */
export interface FileFinding {
  readonly code: string;
  readonly message: string;
  readonly fix: string | null;
  readonly fatal: boolean;
  readonly offset: number;
}

export type FileKind = 'compose' | 'kubernetes' | 'kserve' | 'helm-values' | 'systemd' | 'shell';

/** A vllm command in a file, in the shape that `parseServeCommand` reads, and what the file says about its machine. */
export interface FoundCommand {
  /** What `--service` takes: "vllm", "Deployment/llama". */
  readonly name: string;
  readonly kind: FileKind;
  /** `vllm serve MODEL …` or `python -m … --model MODEL …`, one entry a word. */
  readonly words: readonly SourceWord[];
  /** Variables of the container or the command that the engine reads. */
  readonly env: Readonly<Record<string, string>>;
  /** GPUs over all nodes; null where the file does not say. */
  readonly gpus: number | null;
  readonly nodes: number | null;
  /** A GPU name that the file asks for (a node label). */
  readonly gpuName: string | null;
  /** From the image tag or a pinned package. */
  readonly vllmVersion: string | null;
  readonly findings: readonly FileFinding[];
}

/** Values of variables by name; a list for shell arrays. */
export type Variables = Map<string, string | readonly string[]>;
