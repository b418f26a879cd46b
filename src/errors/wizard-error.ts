/** Exit codes of contract §5. */
export type ExitCode = 0 | 1 | 2 | 3 | 70;

/** Every expected failure and the exit code it ends the command with. The keys are public and documented. */
export const EXIT_OF = {
  MODEL_UNKNOWN: 1,
  MODEL_GATED: 1,
  MODEL_UNREACHABLE: 1,
  MODEL_UNREADABLE: 1,
  MODEL_UNSUPPORTED: 1,
  GPU_UNKNOWN: 1,
  GPU_NOT_FOUND: 1,
  GPU_UNSUPPORTED: 1,
  CATALOG_UNREADABLE: 1,
  FILE_UNREADABLE: 1,
  USAGE: 2,
  OUT_OF_RANGE: 2,
  CONTRADICTION: 2,
  PROFILE_INVALID: 2,
  VERSION_UNKNOWN: 2,
  OUTPUT_NOT_WRITABLE: 1,
  FILE_EDITED: 1,
  LOG_UNREADABLE: 1,
} as const satisfies Record<string, ExitCode>;

export type ErrorCode = keyof typeof EXIT_OF;

export interface WizardErrorInit {
  /** What is wrong, with the offending value. */
  readonly problem: string;
  /** What to do, as an instruction. */
  readonly fix: string;
  readonly facts?: Readonly<Record<string, string | number>>;
  readonly cause?: unknown;
}

/** An expected failure: the input, the model or the hardware, not a bug of ours. */
export class WizardError extends Error {
  override readonly name = 'WizardError';
  readonly code: ErrorCode;
  readonly fix: string;
  readonly facts: Readonly<Record<string, string | number>>;

  constructor(code: ErrorCode, { problem, fix, facts = {}, cause }: WizardErrorInit) {
    super(problem, cause === undefined ? undefined : { cause });
    this.code = code;
    this.fix = fix;
    this.facts = facts;
  }
}
