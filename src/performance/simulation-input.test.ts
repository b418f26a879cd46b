import { expect, test } from 'vitest';
import { testInput } from './forecast-fixture.ts';
import { playedPrompts, simulationInput } from './simulation-input.ts';

test('a usual benchmark is played whole', () => {
  const input = testInput({ workload: { concurrency: 64, numPrompts: 640, promptTokens: 8000, genTokens: 1000 } });
  expect(playedPrompts(input)).toBe(640);
  expect(simulationInput(input).load.requests).toHaveLength(640);
});

test('100 prompts of 8192 steps each, one at a time, are 819,200 steps: the first 13 are played', () => {
  expect(playedPrompts(testInput({ workload: { concurrency: 1, numPrompts: 100, promptTokens: 1, genTokens: 8192 } }))).toBe(13);
});

test('every client is played once however long that takes', () => {
  expect(playedPrompts(testInput({ workload: { concurrency: 8, numPrompts: 8000, promptTokens: 1, genTokens: 100_000 } }))).toBe(16);
});

test('two replicas share clients and prompts', () => {
  const { load } = simulationInput(testInput({ layout: { dataParallel: 2 }, workload: { concurrency: 8, numPrompts: 80 } }));
  expect(load.requests).toHaveLength(40);
  expect(load.concurrency).toBe(4);
});

test('a speculation of 2.5 tokens a step needs at least two drafts', () => {
  const made = simulationInput(testInput({ workload: { acceptanceLength: 2.5 } }));
  expect(made.speculation).toMatchObject({ draftTokens: 2, acceptanceLength: 2.5 });
  expect(simulationInput(testInput()).speculation).toBeNull();
});
