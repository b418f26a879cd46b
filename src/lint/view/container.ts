import type { SourceWord } from '../../engine/command-files/found-command.ts';
import type { YamlNode } from '../../engine/command-files/yaml-nodes.ts';
import type { Finding } from '../../engine/finding.ts';
import type { ServeArgs } from '../../engine/serve-args.ts';
import type { Version } from '../../engine/version.ts';
import type { Spot } from '../rule.ts';
import type { SourceFile } from '../source/source-file.ts';
import type { Pod } from './kubernetes.ts';

/** An image reference, and where it is written. */
export interface ImageRef {
  readonly at: Spot;
  /** As it is written, variables with a default replaced. */
  readonly text: string;
  readonly repository: string;
  readonly tag: string | null;
  readonly digest: string | null;
}

/** A variable that a container gets. */
export interface EnvEntry {
  readonly name: string;
  /** As it is written, variables included; null where it comes from a secret, a field or the caller's environment. */
  readonly raw: string | null;
  readonly at: Spot;
  readonly valueAt: Spot;
}

/** A flag of a command with its value. */
export interface WrittenFlag {
  readonly at: Spot;
  readonly value: string | null;
  readonly valueAt: Spot;
  /** The value as it is written. */
  readonly raw: string;
}

/** A remark of the engine's own parser, at its word. */
export interface CommandFinding extends Finding {
  readonly at: Spot;
}

/** The vLLM command of a container or script. */
export interface EngineCommand {
  readonly words: readonly SourceWord[];
  readonly at: Spot;
  readonly version: Version;
  /** Defaults where the command could not be read as one. */
  readonly args: ServeArgs;
  readonly findings: readonly CommandFinding[];
  /** Null: the engine serves its default model. */
  readonly model: SourceWord | null;
  /** The last flag of that name, in any spelling with the same letters. */
  flag(name: string): WrittenFlag | null;
}

/** GPUs that a container asks for. */
export interface GpuRequest {
  readonly at: Spot;
  /** null: all of the host, or a number that nobody knows. */
  readonly count: number | null;
  readonly all: boolean;
}

/** A seconds value, and where it is written; at the container where the default applies. */
export interface WrittenSeconds {
  readonly seconds: number;
  readonly at: Spot;
  readonly isDefault: boolean;
}

export type ContainerSource = 'compose' | 'kubernetes' | 'kserve' | 'values' | 'docker' | 'dockerfile' | 'systemd' | 'shell';

/**
 * What starts a program, whatever the format: a Compose service, a container of a pod, `docker run`, a model of a values file, the
 * command of a Dockerfile, a unit or a script.
 */
export interface Container {
  readonly source: ContainerSource;
  readonly name: string;
  readonly file: SourceFile;
  readonly at: Spot;
  /** The map that describes it, in YAML. */
  readonly node: YamlNode | null;
  readonly pod: Pod | null;
  readonly image: ImageRef | null;
  /** null: it runs something else. */
  readonly engine: EngineCommand | null;
  /** The image's own entrypoint is replaced, so nothing depends on it. */
  readonly ownEntrypoint: boolean;
  /** The first word of the arguments in front of which the image puts its entrypoint; null where there is none. */
  readonly firstArgument: SourceWord | null;
  readonly env: readonly EnvEntry[];
  /** More variables come from elsewhere: `envFrom`, `env_file`. */
  readonly openEnv: boolean;
  readonly gpus: GpuRequest | null;
  /** Something shares memory with the host or sizes /dev/shm. */
  readonly sharedMemory: boolean;
  readonly privileged: Spot | null;
  readonly hostNetwork: Spot | null;
  readonly hostIpc: Spot | null;
  /** Ports published on every interface of the host. */
  readonly publicPorts: readonly { readonly at: Spot; readonly text: string }[];
  /** Folders of the host: what is written before the colon. */
  readonly binds: readonly { readonly at: Spot; readonly raw: string; readonly open: readonly string[] }[];
  /** Between SIGTERM and SIGKILL; null where the format has no such thing. */
  readonly grace: WrittenSeconds | null;
}

/** What most containers do not have. */
export const PLAIN_CONTAINER = {
  node: null,
  pod: null,
  image: null,
  engine: null,
  ownEntrypoint: true,
  firstArgument: null,
  env: [],
  openEnv: false,
  gpus: null,
  sharedMemory: false,
  privileged: null,
  hostNetwork: null,
  hostIpc: null,
  publicPorts: [],
  binds: [],
  grace: null,
} as const satisfies Partial<Container>;
