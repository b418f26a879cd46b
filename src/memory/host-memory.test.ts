import { describe, expect, test } from 'vitest';
import { judge } from '../../test/support/judge.ts';
import { GIB } from '../units/bytes.ts';

const LLAMA = { model: 'meta-llama/Llama-3.1-8B-Instruct', gpu: 'H100', gpus: 8, version: '0.33.0' };
const VISION = { ...LLAMA, model: 'Qwen/Qwen2.5-VL-7B-Instruct' };
const flag = (name: string, value: string | null) => ({ otherFlags: [{ name, value }] });
const hostOf = (spec: Parameters<typeof judge>[0]) => {
  const host = judge(spec).answer?.memory.host;
  if (host === undefined) throw new Error('no memory');
  return host;
};

describe('hostMemory', () => {
  test('holds the weights that every rank gives away', () => {
    const host = hostOf({ ...LLAMA, args: { tensorParallelSize: 2, cpuOffloadGib: 3 } });
    expect(host.weightOffloadBytes).toBe(2 * 3 * GIB);
    expect(host.totalBytes).toBe(host.weightOffloadBytes);
  });

  test('never more than there are', () => {
    const { weightsBytes } = judge(LLAMA).answer?.memory.workers[0] ?? {};
    expect(hostOf({ ...LLAMA, args: { cpuOffloadGib: 100 } }).weightOffloadBytes).toBe(weightsBytes);
  });

  test('the KV offload is one number over tensor-parallel ranks, of every replica', () => {
    const args = { tensorParallelSize: 2, dataParallelSize: 2, ...flag('--kv-offloading-size', '20') };
    expect(hostOf({ ...LLAMA, args }).kvOffloadBytes).toBe(40 * GIB);
    expect(hostOf({ ...LLAMA, version: '0.10.2', args }).kvOffloadBytes).toBe(0);
  });

  test('every process that reads media has a cache of 4 GiB', () => {
    expect(hostOf(LLAMA).mediaCacheBytes).toBe(0);
    expect(hostOf(VISION).mediaCacheBytes).toBe(2 * 4 * GIB);
    expect(hostOf({ ...VISION, args: { dataParallelSize: 4 } }).mediaCacheBytes).toBe(5 * 4 * GIB);
    expect(hostOf({ ...VISION, args: flag('--mm-processor-cache-type', 'shm') }).mediaCacheBytes).toBe(4 * GIB);
    expect(hostOf({ ...VISION, args: flag('--mm-processor-cache-gb', '0') }).mediaCacheBytes).toBe(0);
    expect(hostOf({ ...VISION, args: { languageModelOnly: true } }).mediaCacheBytes).toBe(0);
    expect(hostOf({ ...VISION, args: { limitMmPerPrompt: { image: 0 } } }).mediaCacheBytes).toBe(0);
  });

  test('swap space is not used', () => {
    expect(hostOf({ ...LLAMA, version: '0.17.1', args: flag('--swap-space', '16') }).totalBytes).toBe(0);
  });
});
