/**
 * What no kernel table holds. Few and global: fitted on the development rows of InferenceX, a pair of GPU and model weighing as one.
 */
export const STEP = {
  /** Norms, rotary embedding, cache write, activation and gaps between the kernels of a block in a CUDA graph, s. */
  smallKernelsS: 8e-6,
  /** The same of a mixture's router, shared experts and gate, s. */
  mixtureKernelsS: 8e-6,
  /** Passes over the hidden states that they make in a block, in and out. */
  blockPasses: 6,
  /** Launching a block's kernels where no graph does, s. */
  launchS: 60e-6,
  /** The same of a mixture more, s. */
  launchMixtureS: 120e-6,
  /** Starting an all-reduce that is fused with the norm behind it, over NVLink, s. */
  fusedReduceS: 6e-6,
  /** What a step that works on prompts takes longer on the host: metadata, and no overlap with the step before, s. */
  promptStepS: 1e-3,
  /** How much longer a run's kernels take than the same in a loop of their own: power, caches, gaps. */
  promptFactor: 1.25,
  /** Scheduling, input preparation, sampling and output, s a step: what async scheduling does not hide, and all of it. */
  asyncHostS: 0.1e-3,
  syncHostS: 1.0e-3,
  /** The same a sequence, s. */
  hostSequenceS: 3e-6,
  /** Passes over the logits that sampling makes. */
  logitPasses: 6,
} as const;
