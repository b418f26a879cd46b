/**
 * What the forecast holds besides physics: shares of the datasheet rates, and times that no rate explains.
 */
export const CALIBRATION = {
  /** Share of the memory bandwidth that weight reads reach. */
  weightReadFraction: 0.8,
  /** The same for weights that are unpacked to 16 bits on the way. */
  unpackedReadFraction: 0.6,
  /** Share for KV reads. */
  cacheReadFraction: 0.6,
  /** Share of the dense peak that matrix multiplications reach. */
  matrixPeakFraction: 0.55,
  attentionPeakFraction: 0.3,
  /** Fixed time of a block (attention, state or feed-forward), seconds. */
  blockS: 35e-6,
  /** Fixed time of a mixture block. */
  mixtureBlockS: 70e-6,
  stepS: 1e-3,
  syncStepS: 2e-3,
  sequenceS: 5e-6,
  requestS: 10e-3,
  fabricReduceS: 8e-6,
  peerReduceS: 20e-6,
  hostReduceS: 40e-6,
  fabricFraction: 0.6,
  pcieFraction: 0.7,
  eagerFactor: 2.5,
  queueFactor: 1,
};
