/**
 * What the forecast holds besides physics: shares of the datasheet rates, and times that no rate explains.
 *
 * @source fitted on 1,089 published runs of `vllm bench serve` and like tools (vLLM 0.8 to 0.27; 71 pairs of GPU and model, among
 *   them A10G, L40S, RTX 3090, H100, H200, B200, B300 and GB10), a pair weighing as the root of its runs, those of InferenceX 2.5
 *   times as much. Left out: runs that hit the prefix cache, and bursts whose number of prompts is not stated. The shares of
 *   attention, cache and links were held to plausible bounds, and all values rounded by hand. The range behind a number is where
 *   the errors hardly change.
 */
export const CALIBRATION = {
  /** Share of the memory bandwidth that reads of weights reach; 0.77 to 0.86. Also for routed experts, counted as if routing were even. */
  weightReadFraction: 0.82,
  /** The same for the KV cache and recurrent state; 0.65 to 0.8. */
  cacheReadFraction: 0.74,
  /** Share of the dense peak that matrix multiplications of prompts reach, by operands of 16 or more, 8 and 4 bits; 0.4 to 0.55, 0.44 to 0.55, 0.28 to 0.36. */
  peakFraction: { wide: 0.5, byte: 0.5, nibble: 0.32 },
  /** The same for routed experts: many small multiplications; ± 0.04. */
  mixturePeakFraction: { wide: 0.17, byte: 0.2, nibble: 0.1 },
  /** The same for attention of prompts; 0.45 to 0.7. */
  attentionPeakFraction: 0.6,
  /** What GPUs that share power with a CPU reach of the above; 0.45 to 0.6, on GB10. */
  integratedPeakFactor: 0.5,
  /** Small kernels and gaps of a block (attention, state or feed-forward) and of a mixture block, s; 22 to 30 µs, 38 to 50 µs. */
  blockS: 26e-6,
  mixtureBlockS: 44e-6,
  /** How much longer both last on parts other than Hopper and data-centre Blackwell; 1.2 to 1.6. */
  otherPartFactor: 1.4,
  /** Launching the kernels of a block from the host where no CUDA graph does it, s; 200 to 350 µs. */
  launchBlockS: 280e-6,
  /** Scheduling, sampling and output of a step, s: with asynchronous scheduling most of it is hidden; 0.1 to 0.3 ms, 0.4 to 1 ms. */
  asyncStepS: 0.15e-3,
  syncStepS: 0.6e-3,
  /** The same for every sequence of the batch, s; 3 to 12 µs. */
  sequenceS: 6e-6,
  /** Web server, tokenizer and first output of a request, s; 8 to 15 ms. */
  requestS: 10e-3,
  /** Tokenizing a prompt, s a token, one prompt after the other; 0.5 to 2 µs. */
  tokenizeS: 1e-6,
  /** Starting an all-reduce over NVLink, over PCIe between GPUs, and over PCIe through the host's memory, s. */
  fabricReduceS: 5e-6,
  peerReduceS: 15e-6,
  hostReduceS: 22e-6,
  /** Share of a link's rate in one direction that an all-reduce reaches; 0.4 to 0.6 and 0.3 to 0.5. */
  fabricFraction: 0.5,
  pcieFraction: 0.4,
} as const;
