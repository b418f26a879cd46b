import type { OtherFlag, ServeArgs } from '../engine/serve-args.ts';

/** A secret that a file refers to by the name of an environment variable; its value is in no artifact. */
export interface SecretRef {
  readonly env: string;
  /** The server is not what was planned without it, so starting without it must fail. */
  readonly required: boolean;
}

const SECRET_FLAGS: Readonly<Record<string, string>> = { '--api-key': 'VLLM_API_KEY', '--hf-token': 'HF_TOKEN' };
const SECRET_ENV = /(^|_)(TOKEN|SECRET|PASSWORD|API_KEY|ACCESS_KEY|CREDENTIALS)$/;

export interface SplitSecrets {
  readonly args: ServeArgs;
  readonly secrets: readonly SecretRef[];
}

/** Takes secrets out of the arguments and the environment that came with them, and leaves a reference to each. */
export function splitSecrets(args: ServeArgs, downloads: boolean): SplitSecrets {
  const required = new Set<string>();
  const otherFlags = args.otherFlags.filter((flag) => {
    const env = SECRET_FLAGS[flagName(flag)];
    if (env !== undefined) required.add(env);
    return env === undefined;
  });
  for (const name of Object.keys(args.env)) if (SECRET_ENV.test(name)) required.add(name);
  const env = Object.fromEntries(Object.entries(args.env).filter(([name]) => !required.has(name)));
  const secrets = [...required].sort().map((name) => ({ env: name, required: true }));
  // A public model needs no token: it is passed on where it is set, and nothing fails where it is not.
  if (downloads && !required.has('HF_TOKEN')) secrets.unshift({ env: 'HF_TOKEN', required: false });
  return { args: { ...args, env, otherFlags }, secrets };
}

/** With the dashes that vLLM prints: `api_key` and `--api_key` are `--api-key`. */
export function flagName({ name }: OtherFlag): string {
  return `--${name.replace(/^-+/, '').replaceAll('_', '-')}`;
}
