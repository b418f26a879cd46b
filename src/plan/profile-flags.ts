import type { Profile } from './profile-schema.ts';

type FlagValues = NonNullable<NonNullable<Profile['outputs']>['vllm_args']>;

/**
 * `outputs.vllm_args` as words of a command line: true switches a flag on, false writes its `--no-` form, null leaves it
 * out, a list gives several values, an object is JSON.
 *
 *   profileFlagWords({ 'max-num-seqs': 64, 'enforce-eager': true })   // ['--max-num-seqs', '64', '--enforce-eager']
 */
export function profileFlagWords(values: FlagValues): string[] {
  return Object.entries(values).flatMap(([key, value]) => {
    const name = key.replace(/^-+/, '').replace(/^[^.]+/, (flag) => flag.replaceAll('_', '-'));
    if (value === null || value === undefined) return [];
    if (typeof value === 'boolean') return [value ? `--${name}` : `--no-${name}`];
    if (Array.isArray(value)) return [`--${name}`, ...value.map(String)];
    return [`--${name}`, typeof value === 'object' ? JSON.stringify(value) : String(value)];
  });
}
