/** One series of a rule's test: a value that grows by the same step every minute. */
export interface InputSeries {
  readonly series: string;
  readonly start: number;
  readonly perMinute: number;
  /** Begins anew after so many minutes, as counters do when a server restarts. */
  readonly restartMinutes?: number;
}

type Labels = Readonly<Record<string, string>>;

/** A number that dashboards and alerts read, computed once. */
export interface RecordingRule {
  readonly record: string;
  readonly expr: string;
  /** Only where the expression does not keep the model's name. */
  readonly labels?: Labels;
  /** Why it is computed so, in one sentence; becomes a remark. */
  readonly because: string;
  /** Metrics that the expression reads, by their catalog names. */
  readonly proof: RecordingProof;
}

/** Input from which the rule's value is known without the rule. */
export interface RecordingProof {
  readonly input: readonly InputSeries[];
  readonly minutes: number;
  readonly labels: Labels;
  readonly value: number;
}

export interface AlertRule {
  readonly alert: AlertName;
  readonly severity: 'critical' | 'warning';
  readonly expr: string;
  readonly forSeconds: number;
  /** A template of one line; ends up in the notification. */
  readonly summary: string;
  /** Where the threshold and the wait come from; becomes a remark. */
  readonly because: string;
  /** What to look at and what to do, for the runbook. */
  readonly act: readonly string[];
  readonly fires: AlertProof;
  /** Input just beside the threshold, or with half of the condition. */
  readonly quiet: readonly InputSeries[];
}

export type AlertName = `Vllm${string}`;

/** Input on which the alert fires, with the labels and the value that it then has. */
export interface AlertProof {
  readonly input: readonly InputSeries[];
  /** Minutes until the expression holds; the alert fires `forSeconds` later. */
  readonly minutes: number;
  readonly labels: Labels;
  readonly value: number;
}

export interface RuleGroup {
  readonly name: string;
  readonly recordings: readonly RecordingRule[];
  readonly alerts: readonly AlertRule[];
}
