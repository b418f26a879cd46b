/** A remark about a command or a plan: a warning, or with `fatal` a reason why the engine refuses to start. */
export interface Finding {
  readonly code: string;
  readonly message: string;
  readonly fix: string | null;
  readonly fatal: boolean;
}
