import { describe, expect, test } from 'vitest';
import { WizardError } from '../errors/wizard-error.ts';
import { parseProfile } from './parse-profile.ts';
import { profileFlagWords } from './profile-flags.ts';

/** Every key of version 1, as the Python original writes it. */
const VERSION_1 = `
profile_version: 1
model: {id: meta-llama/Llama-2-7b-hf, revision: null, dtype: auto, quantization: none, kv_cache_dtype: auto, max_model_len: 4096, params_b: null}
hardware: {gpu_name: RTX 4090, gpus: 1, vram_gb: null, interconnect: unknown, tp_size: null}
workload: {prompt_tokens: 512, gen_tokens: 256, concurrency: 4, streaming: true, mode: balanced}
policy: {gpu_memory_utilization: 0.90, overhead_gb: null, fragmentation_factor: 1.15, headroom_gb: 1.0}
outputs: {emit: [command, profile], vllm_args: {}}
`;

const VERSION_2 = `
profile_version: 2
vllm_version: "0.24"
model: {id: Qwen/Qwen3-8B, trust_remote_code: false}
hardware: {gpu_name: l4, gpus: 1, pp_size: 1}
workload: {concurrency: 4, request_rate: 2.5, ttft_ms: 300}
outputs: {vllm_args: {max-num-seqs: 64}}
overrides:
  prod:
    hardware: {gpu_name: h100, gpus: 2}
    outputs: {vllm_args: {enforce-eager: true}}
`;

function failure(text: string, environment: string | null = null): WizardError {
  try {
    parseProfile(text, 'p.yaml', environment);
  } catch (error) {
    if (error instanceof WizardError) return error;
    throw error;
  }
  throw new Error('it was read');
}

describe('parseProfile', () => {
  test('version 1 loads unchanged', () => {
    const profile = parseProfile(VERSION_1, 'p.yaml');
    expect(profile.model).toMatchObject({ id: 'meta-llama/Llama-2-7b-hf', max_model_len: 4096, quantization: null });
    expect(profile.hardware).toEqual({ gpu_name: 'RTX 4090', gpus: 1, vram_gb: null, interconnect: 'unknown', tp_size: null });
    expect(profile.workload).toEqual({ prompt_tokens: 512, gen_tokens: 256, concurrency: 4, streaming: true, mode: 'balanced' });
    expect(profile.policy).toEqual({ gpu_memory_utilization: 0.9, overhead_gb: null, fragmentation_factor: 1.15, headroom_gb: 1 });
    expect(profile.outputs).toEqual({ emit: ['command', 'profile'], vllm_args: {} });
  });

  test('overrides of an environment lie on top, section by section', () => {
    expect(parseProfile(VERSION_2, 'p.yaml').hardware).toEqual({ gpu_name: 'l4', gpus: 1, pp_size: 1 });
    const prod = parseProfile(VERSION_2, 'p.yaml', 'prod');
    expect(prod.hardware).toEqual({ gpu_name: 'h100', gpus: 2, pp_size: 1 });
    expect(prod.outputs?.vllm_args).toEqual({ 'max-num-seqs': 64, 'enforce-eager': true });
    expect(prod.workload?.concurrency).toBe(4);
  });

  test.each([
    {
      why: 'an unknown key',
      text: 'profile_version: 1\nmodel: {kv_cache_type: auto}',
      problem: 'model.kv_cache_type is no profile key',
      fix: 'Did you mean kv_cache_dtype?',
    },
    { why: 'an unknown section', text: 'profile_version: 2\nwork: {}', problem: 'work is no profile key', fix: 'Known keys here' },
    {
      why: 'a key of version 2 in version 1',
      text: 'profile_version: 1\nhardware: {nodes: 2}',
      problem: 'hardware.nodes is no profile key',
      fix: '',
    },
    {
      why: 'a negative length',
      text: 'profile_version: 1\nmodel: {max_model_len: -1}',
      problem: 'model.max_model_len is -1',
      fix: 'Correct model.max_model_len',
    },
    { why: 'a wrong type', text: 'profile_version: 1\nhardware: {gpus: two}', problem: 'hardware.gpus is "two"', fix: '' },
    {
      why: 'a version that YAML reads as a number',
      text: 'profile_version: 2\nvllm_version: 0.24',
      problem: 'vllm_version is 0.24: write it in quotes',
      fix: '',
    },
    { why: 'no version', text: 'model: {id: a}', problem: 'profile_version is missing', fix: 'profile_version: 2' },
    { why: 'an unknown version', text: 'profile_version: 3', problem: 'profile_version is 3', fix: '' },
    { why: 'no YAML', text: 'model: {id: [}', problem: 'not valid YAML', fix: '' },
    { why: 'an empty file', text: '', problem: 'holds no profile', fix: '' },
    {
      why: 'an unknown key in an override',
      text: 'profile_version: 2\noverrides: {prod: {hardware: {gpuz: 2}}}',
      problem: 'overrides.prod.hardware.gpuz',
      fix: 'Did you mean gpus?',
    },
  ])('$why is refused', ({ text, problem, fix }) => {
    const error = failure(text);
    expect(error.code).toBe('PROFILE_INVALID');
    expect(error.message).toContain(problem);
    expect(error.fix).toContain(fix);
  });

  test('an unknown environment names the nearest', () => {
    expect(failure(VERSION_2, 'prd').fix).toBe('Did you mean prod?');
    expect(failure(VERSION_1, 'prod').fix).toContain('no overrides');
  });
});

test('underscores inside a dotted name belong to the JSON key', () => {
  expect(profileFlagWords({ 'compilation_config.cudagraph_mode': 'NONE' })).toEqual(['--compilation-config.cudagraph_mode', 'NONE']);
});

test('vllm_args become words of a command', () => {
  expect(
    profileFlagWords({
      max_num_seqs: 64,
      'enforce-eager': true,
      'enable-prefix-caching': false,
      seed: null,
      'lora-modules': ['a=b', 'c=d'],
      'compilation-config': { mode: 3 },
    }),
  ).toEqual([
    '--max-num-seqs',
    '64',
    '--enforce-eager',
    '--no-enable-prefix-caching',
    '--lora-modules',
    'a=b',
    'c=d',
    '--compilation-config',
    '{"mode":3}',
  ]);
});
