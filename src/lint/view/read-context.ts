import type { Version } from '../../engine/version.ts';

/** What every reader of containers knows beside the file. */
export interface ReadContext {
  /** The release that the user says; it beats every image tag. */
  readonly asked: Version | null;
}
