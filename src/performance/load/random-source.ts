/** Numbers that look random and are the same for the same seed, on every machine. */
export interface RandomSource {
  /** Uniform in [0, 1), 32 bits. */
  uniform(): number;
  /** Uniform whole number in [low, high], both included. */
  integer(low: number, high: number): number;
  /** Exponential with mean 1. */
  exponential(): number;
  /** Standard normal. */
  normal(): number;
}

/**
 * sfc32, seeded by mixing the seed and a stream number, so that two streams of one seed do not depend on how much the other draws.
 *
 * @source "sfc", Chris Doty-Humphrey, PractRand; mixing as in splitmix32
 */
export function randomSource(seed: number, stream = 0): RandomSource {
  const mix = splitMix((seed ^ Math.imul(stream + 1, 0x9e3779b9)) >>> 0);
  let a = mix();
  let b = mix();
  let c = mix();
  let counter = 1;
  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return sum >>> 0;
  };
  for (let round = 0; round < WARM_UP_ROUNDS; round++) next();
  const uniform = (): number => next() / 2 ** 32;
  const exponential = (): number => -Math.log1p(-uniform());
  return {
    uniform,
    integer: (low, high) => low + Math.floor(uniform() * (high - low + 1)),
    exponential,
    normal: () => Math.sqrt(2 * exponential()) * Math.cos(2 * Math.PI * uniform()),
  };
}

/** Rounds after which sfc32 has forgotten how it was seeded. */
const WARM_UP_ROUNDS = 15;

function splitMix(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return mixed ^ (mixed >>> 15);
  };
}

/**
 * Gamma with this shape and mean 1. A shape of 1 is the exponential distribution, a smaller one comes in bursts.
 *
 * @source Marsaglia and Tsang, "A simple method for generating gamma variables", 2000; shapes below 1 by its section 6
 */
export function gamma(source: RandomSource, shape: number): number {
  if (shape === 1) return source.exponential();
  if (shape < 1) return (gammaFrom1(source, shape + 1) * source.uniform() ** (1 / shape)) / shape;
  return gammaFrom1(source, shape) / shape;
}

/** Gamma with scale 1 and a shape of at least 1. */
function gammaFrom1(source: RandomSource, shape: number): number {
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = source.normal();
    const v = (1 + c * x) ** 3;
    if (v <= 0) continue;
    if (Math.log(1 - source.uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}
