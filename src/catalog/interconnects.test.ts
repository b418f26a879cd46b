import { expect, test } from 'vitest';
import { pcieBytesPerSPerDirection } from './interconnects.ts';

// 8 GT/s × 128/130 ÷ 8 × 16 = 15.754 GB/s, and so on
test.each([
  { generation: 3, lanes: 16, want: 15.754e9 },
  { generation: 4, lanes: 8, want: 15.754e9 },
  { generation: 4, lanes: 16, want: 31.508e9 },
  { generation: 5, lanes: 16, want: 63.015e9 },
  { generation: 6, lanes: 16, want: 121e9 },
] as const)('generation $generation with $lanes lanes', ({ generation, lanes, want }) => {
  expect(pcieBytesPerSPerDirection({ generation, lanes }) / want).toBeCloseTo(1, 4);
});
