/** A warning, or with `fatal` a reason why the engine refuses to start. */
export interface Finding {
  /** Stable, upper case: "TP_HEADS", "FLAG_REMOVED". */
  readonly code: string;
  readonly message: string;
  readonly fix: string | null;
  readonly fatal: boolean;
}
