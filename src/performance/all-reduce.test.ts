import { describe, expect, test } from 'vitest';
import { reduceS } from './all-reduce.ts';
import { CALIBRATION } from './calibration.ts';
import { type TestChanges, testInput } from './forecast-fixture.ts';

const { fabricReduceS, peerReduceS, hostReduceS, fabricFraction, pcieFraction } = CALIBRATION;
/** PCIe 4.0 x16: 16e9 × 128/130 / 8 × 16 bytes per second. */
const PCIE = 31.508e9;

describe('reduceS', () => {
  // 512 tokens × 1000 × 2 bytes = 1.024 MB; 2 × 3/4 of it pass each of four GPUs.
  const sent = 1.5 * 1.024e6;
  const four = { tensorParallel: 4 };
  test.each<{ why: string; changes: TestChanges; want: number }>([
    { why: 'one GPU has nothing to add up', changes: {}, want: 0 },
    { why: 'NVLink', changes: { layout: four }, want: fabricReduceS + sent / (450e9 * fabricFraction) },
    { why: 'PCIe between GPUs', changes: { layout: four, fastLink: false }, want: peerReduceS + sent / (PCIE * pcieFraction) },
    {
      why: 'PCIe through host memory crosses the bus twice',
      changes: { layout: four, fastLink: false, gpu: { peerToPeer: false } },
      want: hostReduceS + sent / ((PCIE * pcieFraction) / 2),
    },
  ])('$why', ({ changes, want }) => {
    expect(reduceS(512, testInput(changes))).toBeCloseTo(want, 7);
  });
});
