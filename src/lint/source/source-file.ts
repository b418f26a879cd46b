import type { YamlNode } from '../../engine/command-files/yaml-nodes.ts';
import type { LineIndex } from './line-index.ts';
import type { Suppressions } from './suppressions.ts';

export type SourceKind = 'yaml' | 'shell' | 'systemd' | 'dockerfile';

/** A file as the rules see it. */
export interface SourceFile {
  /** As messages name it, with `/`. */
  readonly path: string;
  /** Without a byte order mark. */
  readonly text: string;
  readonly lines: LineIndex;
  readonly kind: SourceKind;
  /** The documents of a YAML or JSON file that could be read and hold a map or a list. */
  readonly documents: readonly YamlNode[];
  /** What the YAML reader could not read. */
  readonly problems: readonly { readonly offset: number; readonly message: string }[];
  /** Why no rule read it; null where they did. */
  readonly skipped: string | null;
  readonly suppressions: Suppressions;
}
