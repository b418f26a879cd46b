/** What switches a metric on, or feeds it. */
export type MetricNeed =
  | 'hidden'
  | 'speculative'
  | 'diffusion'
  | 'lora'
  | 'watermark'
  | 'nan-check'
  | 'kv-cache-metrics'
  | 'mfu-metrics'
  | 'kv-consumer'
  | 'nixl'
  | 'mooncake'
  | 'mooncake-store'
  | 'hf3fs'
  | 'hisparse'
  | 'umbp'
  | 'kv-offload'
  | 'kv-offload-tiering'
  | 'simple-kv-offload'
  | 'realtime'
  | 'sleep-endpoints'
  | 'rl-endpoints'
  | 'tool-parser';

interface Switch {
  /** How to switch it on, as a person would say it. */
  readonly how: string;
  readonly isOn: (server: ServerSwitches) => boolean;
}

/** What a server was started with, as its artifacts carry it. */
export interface ServerSwitches {
  /** Tokens after `vllm serve`. */
  readonly argv: readonly string[];
  readonly env: readonly (readonly [name: string, value: string])[];
}

/** @source the conditions around the definitions, as scripts/import-metrics.py reads them */
export const METRIC_NEEDS: { readonly [need in MetricNeed]: Switch } = {
  hidden: { how: '--show-hidden-metrics-for-version with the previous minor release', isOn: flag('--show-hidden-metrics-for-version') },
  speculative: { how: '--speculative-config', isOn: anyFlag('--speculative-config', '-sc', '--spec-method', '--spec-model') },
  diffusion: { how: 'a diffusion language model', isOn: never },
  lora: { how: '--enable-lora', isOn: flag('--enable-lora') },
  watermark: { how: '--watermark-config', isOn: flag('--watermark-config') },
  'nan-check': { how: 'VLLM_COMPUTE_NANS_IN_LOGITS=1', isOn: variable('VLLM_COMPUTE_NANS_IN_LOGITS') },
  'kv-cache-metrics': { how: '--kv-cache-metrics', isOn: flag('--kv-cache-metrics') },
  'mfu-metrics': { how: '--enable-mfu-metrics; 0 without it', isOn: flag('--enable-mfu-metrics') },
  'kv-consumer': { how: '--kv-transfer-config with kv_role kv_consumer or kv_both', isOn: transfer(/kv_consumer|kv_both/) },
  nixl: { how: '--kv-transfer-config with NixlConnector', isOn: transfer(/Nixl\w*Connector/) },
  mooncake: { how: '--kv-transfer-config with MooncakeConnector', isOn: transfer(/MooncakeConnector/) },
  'mooncake-store': { how: '--kv-transfer-config with MooncakeStoreConnector', isOn: transfer(/MooncakeStoreConnector/) },
  hf3fs: { how: '--kv-transfer-config with HF3FSKVConnector', isOn: transfer(/HF3FS\w*Connector/) },
  hisparse: { how: '--kv-transfer-config with HiSparseConnector', isOn: transfer(/HiSparse\w*Connector/) },
  umbp: { how: '--kv-transfer-config with an UMBP connector', isOn: transfer(/umbp/i) },
  'kv-offload': {
    how: '--kv-offloading-size, or --kv-transfer-config with OffloadingConnector',
    isOn: (server) => flag('--kv-offloading-size')(server) || transfer(/\bOffloadingConnector/)(server),
  },
  'kv-offload-tiering': {
    how: '--kv-transfer-config with OffloadingConnector and secondary tiers',
    isOn: transfer(/TieringOffloadingSpec|secondary_tiers/),
  },
  'simple-kv-offload': { how: '--kv-transfer-config with SimpleCPUOffloadConnector', isOn: transfer(/SimpleCPUOffloadConnector/) },
  realtime: { how: 'a speech model with the realtime endpoint', isOn: never },
  'sleep-endpoints': { how: '--enable-sleep-mode and VLLM_SERVER_DEV_MODE=1', isOn: flag('--enable-sleep-mode') },
  'rl-endpoints': { how: 'the weight update endpoints', isOn: flag('--weight-transfer-config') },
  'tool-parser': { how: '--tool-call-parser', isOn: flag('--tool-call-parser') },
};

/** Whether a server started like this exposes the metric and feeds it. What depends on the model counts as off. */
export function isFed({ needs }: { readonly needs: readonly MetricNeed[] }, server: ServerSwitches): boolean {
  return needs.every((need) => METRIC_NEEDS[need].isOn(server));
}

type Test = (server: ServerSwitches) => boolean;

function never(): boolean {
  return false;
}

function flag(name: string): Test {
  return anyFlag(name);
}

function anyFlag(...names: readonly string[]): Test {
  return ({ argv }) => argv.some((token) => names.includes(token.split(/[=.]/, 1)[0]?.replaceAll('_', '-') ?? ''));
}

function variable(name: string): Test {
  return ({ env }) => env.some(([key, value]) => key === name && value !== '' && value !== '0');
}

/** The value of `--kv-transfer-config` as text: names of connectors and roles are unmistakable in it. */
function transfer(pattern: RegExp): Test {
  return ({ argv }) =>
    argv.some((token, place) => {
      const [name, ...rest] = token.split('=');
      if (!name?.replaceAll('_', '-').startsWith('--kv-transfer-config')) return false;
      return pattern.test(rest.length > 0 ? rest.join('=') : (argv[place + 1] ?? ''));
    });
}
