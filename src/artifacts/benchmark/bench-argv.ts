import type { ServeArgs } from '../../engine/serve-args.ts';
import { isAtLeast, type Version } from '../../engine/version.ts';
import type { Deployment } from '../deployment.ts';
import { flagName } from '../secrets.ts';
import type { ClientLoad } from './client-load.ts';

export const RESULT_FILE = 'result.json';

/** In any shell. With the same seed, a second run would find all its prompts in the prefix cache. */
export const FRESH_SEED = '$(date +%s)';
export const SEED_REMARK = 'A new seed each time: the prompts of the last run are in the prefix cache.';

/**
 * Tokens after `vllm bench serve` that play the planned load: the same lengths, the same arrivals, and as many prompt tokens
 * shared by all as the plan takes from the prefix cache. All these flags are in every release since 0.8.0.
 *
 * @source vllm/benchmarks/serve.py and datasets of 22 releases from 0.8.0 to 0.33.0
 */
export function benchArgv({ servedName, version }: Deployment, load: ClientLoad, args: ServeArgs): string[] {
  return [
    ...['--model', args.model],
    ...['--served-model-name', servedName],
    ...['--dataset-name', 'random'],
    ...lengths(version, load),
    ...['--num-prompts', String(load.numPrompts)],
    ...['--request-rate', load.requestRate === null ? 'inf' : String(load.requestRate)],
    ...(load.requestRate === null || load.burstiness === 1 ? [] : ['--burstiness', String(load.burstiness)]),
    ...(load.concurrency === null ? [] : ['--max-concurrency', String(load.concurrency)]),
    '--ignore-eos',
    ...['--percentile-metrics', 'ttft,tpot,itl,e2el'],
    ...['--metric-percentiles', '50,90,99'],
    ...tokenizerFlags(args),
  ];
}

/** Before 0.8.5 the ratio was the lower end as a share of the upper one, and 1 meant equal lengths. */
function lengths(version: Version, { promptTokens, prefixTokens, genTokens, rangeRatio: r }: ClientLoad): string[] {
  const today = isAtLeast(version, '0.8.5');
  const upper = (tokens: number): string => String(today ? tokens : Math.round(tokens * (1 + r)));
  return [
    ...['--random-input-len', upper(promptTokens - prefixTokens)],
    ...['--random-output-len', upper(genTokens)],
    ...['--random-range-ratio', String(today ? r : Number(((1 - r) / (1 + r)).toFixed(4)))],
    ...(prefixTokens === 0 ? [] : ['--random-prefix-len', String(prefixTokens)]),
  ];
}

/** What the server's arguments say about the tokenizer holds for the client, too. */
function tokenizerFlags({ trustRemoteCode, otherFlags }: ServeArgs): string[] {
  const shared = otherFlags.filter((flag) => ['--tokenizer', '--tokenizer-mode'].includes(flagName(flag)));
  const flags = shared.flatMap((flag) => (flag.value === null ? [] : [flagName(flag), flag.value]));
  return trustRemoteCode ? [...flags, '--trust-remote-code'] : flags;
}
