import { countOf, type LintReport } from '../../lint/report.ts';
import type { Rule } from '../../lint/rule.ts';
import { TOOL_VERSION } from '../../plan/tool-version.ts';

/** What `lint --json` prints. */
export function lintDocument({ findings, files, skipped, suppressed, vllmVersion }: LintReport): object {
  return {
    schema_version: 1,
    tool_version: TOOL_VERSION,
    vllm_version: vllmVersion,
    counts: countOf(findings),
    files,
    skipped,
    suppressed,
    findings,
  };
}

/** What `lint --list-rules --json` prints. */
export function rulesDocument(rules: readonly Rule[]): object {
  return {
    schema_version: 1,
    tool_version: TOOL_VERSION,
    rules: rules.map(({ id, severity, formats, finds, why, fix }) => ({ id, severity, formats, finds, why, fix })),
  };
}
