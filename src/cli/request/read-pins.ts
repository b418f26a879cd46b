import type { Finding } from '../../engine/finding.ts';
import { everyChoiceOf } from '../../engine/generated-flags.ts';
import { applyServeWords } from '../../engine/parse-serve-command.ts';
import { defaultServeArgs, type ServeArgs } from '../../engine/serve-args.ts';
import type { Version } from '../../engine/version.ts';
import { nearestName } from '../../errors/nearest-name.ts';
import { WizardError } from '../../errors/wizard-error.ts';
import { profileFlagWords } from '../../plan/profile-flags.ts';
import type { Settings } from './settings.ts';

export interface ReadPins {
  readonly args: ServeArgs;
  readonly findings: readonly Finding[];
}

/** The original's spellings of element types, and vLLM's. */
const DTYPES: Readonly<Record<string, string>> = {
  auto: 'auto',
  half: 'half',
  float16: 'float16',
  bfloat16: 'bfloat16',
  float: 'float',
  float32: 'float32',
  fp16: 'float16',
  bf16: 'bfloat16',
  fp32: 'float32',
};

const KV_ALIASES: Readonly<Record<string, string>> = { fp16: 'float16', bf16: 'bfloat16', fp8_e4m3fn: 'fp8_e4m3' };

/**
 * What the user pins, in vLLM's terms: options first translated to its flags, then read as that release reads them, so
 * that both ways of saying a thing are judged alike. Flags of a profile come first; options beat them.
 */
export function readPins(settings: Settings, version: Version): ReadPins {
  const model = settings.model ?? '';
  const start: ServeArgs = { ...defaultServeArgs(model), revision: settings.revision ?? null };
  const fromProfile = applyServeWords(start, profileFlagWords(settings.vllmArgs ?? {}), version);
  const pinned = applyServeWords(fromProfile.args, optionWords(settings), version);
  const bad = pinned.findings.find((finding) => finding.code === 'FLAG_VALUE' && isJsonOption(finding.message));
  if (bad) throw new WizardError('USAGE', { problem: bad.message, fix: bad.fix ?? 'Correct it.' });
  return { args: pinned.args, findings: [...fromProfile.findings, ...pinned.findings] };
}

function isJsonOption(message: string): boolean {
  return /^--(speculative-config|limit-mm-per-prompt) /.test(message);
}

function optionWords(settings: Settings): string[] {
  const { maxModelLen, enablePrefixCaching: caching } = settings;
  const valued: readonly (readonly [string, string | number | undefined])[] = [
    ['--dtype', dtypeWord(settings.dtype)],
    ['--kv-cache-dtype', kvWord(settings.kvCacheDtype)],
    ['--max-model-len', maxModelLen],
    ['--tensor-parallel-size', settings.tensorParallelSize],
    ['--pipeline-parallel-size', settings.pipelineParallelSize],
    ['--data-parallel-size', settings.dataParallelSize],
    ['--gpu-memory-utilization', settings.gpuMemoryUtilization],
    ['--max-num-seqs', settings.maxNumSeqs],
    ['--max-num-batched-tokens', settings.maxNumBatchedTokens],
    ['--block-size', settings.blockSize],
    ['--cpu-offload-gb', settings.cpuOffloadGb],
    ['--kv-cache-memory-bytes', settings.kvCacheMemoryBytes],
    ['--speculative-config', settings.speculativeConfig],
    ['--max-loras', settings.maxLoras],
    ['--max-lora-rank', settings.maxLoraRank],
    ['--limit-mm-per-prompt', settings.limitMmPerPrompt],
  ];
  const lora = settings.maxLoras !== undefined || settings.maxLoraRank !== undefined;
  return [
    ...valued.flatMap(([flag, value]) => (value === undefined ? [] : [`${flag}=${value}`])),
    ...(settings.trustRemoteCode ? ['--trust-remote-code'] : []),
    ...(settings.enableExpertParallel ? ['--enable-expert-parallel'] : []),
    ...(settings.enforceEager ? ['--enforce-eager'] : []),
    ...(lora ? ['--enable-lora'] : []),
    ...(caching === undefined ? [] : [caching ? '--enable-prefix-caching' : '--no-enable-prefix-caching']),
  ];
}

function dtypeWord(dtype: string | undefined): string | undefined {
  if (dtype === undefined || dtype === 'auto') return undefined;
  return DTYPES[dtype] ?? refuse('--dtype', dtype, Object.keys(DTYPES));
}

/** `auto` is the engine's own default, so it pins nothing. */
function kvWord(dtype: string | undefined): string | undefined {
  if (dtype === undefined || dtype === 'auto') return undefined;
  const word = KV_ALIASES[dtype] ?? dtype;
  const known = everyChoiceOf('--kv-cache-dtype');
  return known.includes(word) ? word : refuse('--kv-cache-dtype', dtype, [...known, ...Object.keys(KV_ALIASES)]);
}

function refuse(option: string, value: string, known: readonly string[]): never {
  const near = nearestName(value, known);
  throw new WizardError('USAGE', {
    problem: `${option} "${value.slice(0, 60)}" is no type that is known.`,
    fix: near ? `Did you mean ${near}?` : `Use one of ${known.join(', ')}.`,
    facts: { option, value: value.slice(0, 60) },
  });
}
