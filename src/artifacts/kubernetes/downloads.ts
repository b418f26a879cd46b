import type { ServerContainer } from '../container.ts';

/** What may be the name of a repository on the Hub, in an argument of its own or inside one. */
const HUB_NAME = /(^|[="',])[\w.-]+\/[\w.-]+/;

/** The server may fetch files from the Hub: its model, or a tokenizer, adapter or draft model that an argument names. */
export function expectsDownloads({ mount, argv, env }: ServerContainer): boolean {
  if (env.some(([name, value]) => name === 'HF_HUB_OFFLINE' && /^(1|on|yes|true)$/i.test(value))) return false;
  return mount === null || argv.slice(1).some((token) => HUB_NAME.test(token));
}
