import { countOf, type LintFinding, type LintReport } from '../../lint/report.ts';
import type { Rule, Severity } from '../../lint/rule.ts';
import { makeStyle, type Style } from './style.ts';
import { wrap } from './table.ts';

const COLUMNS = 80;

/**
 * One paragraph a finding, the place first so that editors and `grep` find it:
 *
 *   deploy/vllm.yaml:12:11 error flag-removed
 *     vLLM 0.24.0 has no flag --swap-space: 0.17.1 was the last release with it.
 *     fix: Delete --swap-space; nothing replaces it.
 */
export function renderLint(report: LintReport, colour: boolean): string {
  const style = makeStyle(colour);
  const findings = report.findings
    .map((finding, index) => {
      const isNewFile = index > 0 && report.findings[index - 1]?.file !== finding.file;
      return `${isNewFile ? '\n' : ''}${renderFinding(finding, style)}`;
    })
    .join('');
  const notes = skippedLines(report)
    .map((line) => `${style.dim(wrap(line, COLUMNS, '  '))}\n`)
    .join('');
  return [findings, notes, summary(report, style)].filter((part) => part !== '').join('\n');
}

/** Skipped files one by one, or by the reason where there are many. */
const LISTED = 5;

function skippedLines({ skipped }: LintReport): readonly string[] {
  const reasons = [...new Set(skipped.map(({ reason }) => reason))];
  return reasons.flatMap((reason) => {
    const files = skipped.filter((one) => one.reason === reason).map(({ file }) => file);
    if (files.length <= LISTED) return files.map((file) => `skipped ${file}: ${reason}`);
    return [`skipped ${files.length} files such as ${files[0] ?? ''}: ${reason}`];
  });
}

function renderFinding({ file, line, column, severity, rule, message, fix }: LintFinding, style: Style): string {
  const paint = PAINT[severity];
  const head = `${style.bold(`${file}:${line}:${column}`)} ${paint(style)(severity)} ${rule}`;
  return `${head}\n${indented(message)}${style.dim(indented(`fix: ${fix}`))}`;
}

const PAINT: { readonly [severity in Severity]: (style: Style) => (text: string) => string } = {
  error: (style) => style.red,
  warning: (style) => style.yellow,
  info: (style) => style.blue,
};

function indented(text: string): string {
  return `  ${wrap(text, COLUMNS - 2, '  ')}\n`;
}

function summary({ findings, files, suppressed, vllmVersion, versionTold }: LintReport, style: Style): string {
  const { error, warning, info } = countOf(findings);
  const found = [counted(error, 'error'), counted(warning, 'warning'), info > 0 ? `${info} info` : ''].filter((part) => part !== '');
  const paint = error > 0 ? style.red : warning > 0 ? style.yellow : style.green;
  const switchedOff = suppressed > 0 ? `, ${suppressed} switched off by comments` : '';
  const release = versionTold ? `read for vLLM ${vllmVersion}` : `vLLM ${vllmVersion} is meant where no file names a release`;
  const total = found.length === 0 ? 'no mistakes found' : found.join(', ');
  return `${wrap(`${paint(total)} in ${counted(files.length, 'file') || '0 files'}${switchedOff}; ${release}`, COLUMNS, '  ')}\n`;
}

function counted(n: number, noun: string): string {
  return n === 0 ? '' : `${n} ${noun}${n === 1 ? '' : 's'}`;
}

/** Every rule with what it finds and why. */
export function renderRules(rules: readonly Rule[], colour: boolean): string {
  const style = makeStyle(colour);
  return rules
    .map(({ id, severity, formats, finds, why, fix }) => {
      const head = `${style.bold(id)} ${PAINT[severity](style)(severity)}`;
      const places = style.dim(indented(`in: ${formats.join(', ')}`));
      return `${head}\n${places}${indented(`${finds}.`)}${indented(why)}${style.dim(indented(`fix: ${fix}`))}`;
    })
    .join('\n');
}
