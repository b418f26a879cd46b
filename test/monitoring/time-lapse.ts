/** How many times shorter the windows of expressions become, and the time for which they must hold. */
export interface Haste {
  readonly windows: number;
  readonly waits: number;
}

/**
 * A copy of rules in which durations are shorter. Rates stay what they are, since they are per second whatever the window; so
 * the alerts see within seconds what they would see over hours.
 */
export function hastened(rules: RulesFile, { windows, waits }: Haste): RulesFile {
  return {
    groups: rules.groups.map(({ interval, ...group }) => ({
      ...group,
      ...(interval !== undefined && { interval: shortened(interval, windows) }),
      rules: group.rules.map((rule) => ({
        ...rule,
        expr: hastenedExpr(rule.expr, windows),
        ...(rule.for !== undefined && { for: shortened(rule.for, waits) }),
        ...(rule.keep_firing_for !== undefined && { keep_firing_for: shortened(rule.keep_firing_for, waits) }),
      })),
    })),
  };
}

export interface RulesFile {
  readonly groups: readonly RuleGroup[];
}

interface RuleGroup {
  readonly name: string;
  readonly interval?: string;
  readonly rules: readonly Rule[];
}

export interface Rule {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
  readonly for?: string;
  readonly keep_firing_for?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

const MS: Readonly<Record<string, number>> = { ms: 1, s: 1e3, m: 60e3, h: 3600e3, d: 86_400e3, w: 604_800e3 };

/** Ranges, steps of subqueries and offsets: a number and a unit after `[`, `:` or `offset`. */
export function hastenedExpr(expr: string, factor: number): string {
  return expr.replace(/(\[|:|\boffset\s+)((?:\d+(?:ms|[smhdw]))+)(?=[\]:\s)]|$)/g, (_, before: string, duration: string) => {
    return `${before}${shortened(duration, factor)}`;
  });
}

export function shortened(duration: string, factor: number): string {
  let total = 0;
  for (const [, count, unit = 's'] of duration.matchAll(/(\d+)(ms|[smhdw])/g)) total += Number(count) * (MS[unit] ?? 0);
  return `${Math.ceil(total / factor)}ms`;
}
