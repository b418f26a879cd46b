import type { LintFinding, LintReport } from '../../lint/report.ts';
import type { Severity } from '../../lint/rule.ts';
import { RULES } from '../../lint/rules.ts';
import { TOOL_VERSION } from '../../plan/tool-version.ts';

const LEVELS = { error: 'error', warning: 'warning', info: 'note' } as const satisfies Record<Severity, string>;

/**
 * The findings as SARIF 2.1.0, which code hosts show beside the lines.
 *
 * @source OASIS Static Analysis Results Interchange Format (SARIF) 2.1.0
 */
export function lintSarif(report: LintReport): object {
  const found = new Set(report.findings.map(({ rule }) => rule));
  const rules = RULES.filter(({ id }) => found.has(id));
  const indexOf = new Map(rules.map(({ id }, index) => [id, index]));
  return {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'vllm-wizard',
            semanticVersion: TOOL_VERSION,
            rules: rules.map(({ id, severity, finds, why, fix }) => ({
              id,
              shortDescription: { text: `${finds.replaceAll('`', '')}.` },
              fullDescription: { text: why },
              help: { text: fix },
              defaultConfiguration: { level: LEVELS[severity] },
            })),
          },
        },
        columnKind: 'utf16CodeUnits',
        results: report.findings.map((finding) => resultOf(finding, indexOf.get(finding.rule) ?? -1)),
      },
    ],
  };
}

function resultOf({ rule, severity, message, fix, file, line, column }: LintFinding, ruleIndex: number): object {
  return {
    ruleId: rule,
    ruleIndex,
    level: LEVELS[severity],
    message: { text: `${message} ${fix}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(file) },
          region: { startLine: line, startColumn: column },
        },
      },
    ],
  };
}

/** Relative to the folder that the command ran in, as code hosts expect it. */
function uriOf(path: string): string {
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  return path.startsWith('/') ? `file://${encoded}` : encoded;
}
