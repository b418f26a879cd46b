import type { SourceFile } from './source/source-file.ts';
import type { Tree } from './view/tree.ts';

/** `error`: it will not start, not scale, not alert, or gives a secret away. `warning`: it breaks later or under load. `info`: better known. */
export const SEVERITIES = ['error', 'warning', 'info'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** What a rule reads. */
export const FORMATS = ['Compose', 'Kubernetes', 'Helm values', 'shell', 'systemd', 'Dockerfile', 'PromQL', 'kustomize', 'YAML'] as const;
export type Format = (typeof FORMATS)[number];

/** A position in a file. */
export interface Spot {
  readonly file: SourceFile;
  /** From the start of the text, in UTF-16 units. */
  readonly offset: number;
}

/** One place where a rule applies. */
export interface Hit {
  readonly at: Spot;
  readonly message: string;
  /** Where the place allows a better one than the rule's. */
  readonly fix?: string;
}

/** One mistake that deployments make. */
export interface Rule {
  /** kebab-case; what `--rule`, `--ignore` and comments name. */
  readonly id: string;
  readonly severity: Severity;
  readonly formats: readonly Format[];
  /** What it finds, as a noun phrase without a full stop. */
  readonly finds: string;
  /** The consequence, one sentence. */
  readonly why: string;
  /** What to do, an instruction. */
  readonly fix: string;
  readonly check: (tree: Tree) => Iterable<Hit>;
}
