import { expect, it, vi } from 'vitest';
import { remembered } from './remembered.ts';

it('asks once for each object and key', () => {
  const answer = vi.fn((subject: { readonly size: number }, factor: number) => subject.size * factor);
  const ask = remembered(answer, String);
  const one = { size: 2 };
  expect([ask(one, 3), ask(one, 3), ask(one, 4)]).toEqual([6, 6, 8]);
  expect(answer).toHaveBeenCalledTimes(2);
});

it('tells equal objects apart', () => {
  const ask = remembered((subject: { readonly size: number }) => ({ subject }), String);
  const one = { size: 2 };
  const other = { size: 2 };
  expect(ask(one, 0).subject).toBe(one);
  expect(ask(other, 0).subject).toBe(other);
});

it('remembers an answer that is undefined', () => {
  const answer = vi.fn(() => undefined);
  const ask = remembered(answer, String);
  const one = {};
  ask(one, 0);
  ask(one, 0);
  expect(answer).toHaveBeenCalledTimes(1);
});
