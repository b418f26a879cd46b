import { flagTable } from '../../engine/flags.ts';
import type { OtherFlag, ServeArgs } from '../../engine/serve-args.ts';
import type { Version } from '../../engine/version.ts';
import { flagName } from '../secrets.ts';

/** What a command says of the node that it runs on; every artifact for several nodes says it in its own words. */
const NODE_FLAGS: ReadonlySet<string> = new Set([
  '--data-parallel-address',
  '--data-parallel-backend',
  '--data-parallel-external-lb',
  '--data-parallel-hybrid-lb',
  '--data-parallel-rank',
  '--data-parallel-rpc-port',
  '--data-parallel-size-local',
  '--data-parallel-start-rank',
  '--distributed-executor-backend',
  '--headless',
  '--master-addr',
  '--master-port',
  '--nnodes',
  '--node-rank',
]);

/** The arguments without anything that would differ from node to node. */
export function withoutNodeFlags(args: ServeArgs, version: Version): ServeArgs {
  return { ...args, otherFlags: args.otherFlags.filter((flag) => !NODE_FLAGS.has(spelledOut(flag, version))) };
}

/** Value of a flag under any of its spellings; null where it is not given. */
export function givenFlag(args: ServeArgs, name: string, version: Version): string | null {
  return args.otherFlags.findLast((flag) => spelledOut(flag, version) === name)?.value ?? null;
}

/** For servers that answer no requests: an engine without an API refuses to be told how many of them to start. */
export function withoutApiServers(args: ServeArgs, version: Version): ServeArgs {
  return { ...args, otherFlags: args.otherFlags.filter((flag) => spelledOut(flag, version) !== '--api-server-count') };
}

function spelledOut(flag: OtherFlag, version: Version): string {
  return flagTable(version).find(flag.name)?.name ?? flagName(flag);
}
