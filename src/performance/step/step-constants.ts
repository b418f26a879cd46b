/**
 * What no kernel table holds. Few and global: fitted on the development rows of InferenceX, a pair of GPU and model weighing as one.
 * A range is where the errors hardly change.
 */
export const STEP = {
  /** A norm, rotary embedding, activation or another small kernel and the gap behind it in a CUDA graph, s; 2.6 to 3.1 µs. */
  smallKernelS: 2.9e-6,
  /** Launching a block's kernels where no graph does, s; 60 to 250 µs. */
  launchS: 150e-6,
  /** The same of a mixture more, s; 50 to 150 µs. */
  launchMixtureS: 150e-6,
  /** Starting an all-reduce that is fused with the norm behind it, over NVLink, s; 7 to 8.5 µs. */
  fusedReduceS: 8e-6,
  /** Share of the link's rate that it reaches; 0.6 to 0.9. */
  fusedLinkFraction: 0.75,
  /** What a step that works on prompts takes longer on the host: metadata, and no overlap with the step before, s; 3 to 6 ms. */
  promptStepS: 5e-3,
  /** How much longer a run's multiplications of prompts take than the same in a loop of their own: power and caches; 1.2 to 1.35. */
  promptFactor: 1.25,
  /** Scheduling, input preparation, sampling and output, s a step: what async scheduling does not hide, and all of it. */
  asyncHostS: 0.1e-3,
  syncHostS: 1.0e-3,
  /** The same a sequence, s. */
  hostSequenceS: 3e-6,
  /** Passes over the logits that sampling makes. */
  logitPasses: 6,
} as const;
