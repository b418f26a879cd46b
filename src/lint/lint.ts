import { NEWEST_RELEASE, type Version } from '../engine/version.ts';
import { nearestName } from '../errors/nearest-name.ts';
import { WizardError } from '../errors/wizard-error.ts';
import type { LintFinding, LintReport } from './report.ts';
import type { Hit, Rule } from './rule.ts';
import { RULES } from './rules.ts';
import { readSource } from './source/read-source.ts';
import { buildTree } from './view/tree.ts';

export interface LintInput {
  /** As messages name it, with `/`. */
  readonly path: string;
  readonly text: string;
}

export interface LintOptions {
  /** The release to read commands and queries for; null: what image tags say, else the newest held. */
  readonly version?: Version | null;
  /** Only these rules. */
  readonly only?: readonly string[];
  /** All but these. */
  readonly ignore?: readonly string[];
  /** Bytes of a model's weights by its id, for how long a start takes. */
  readonly weightBytes?: (model: string) => number | null;
  /** Folders that were read whole, so that what is not among the inputs is not there. */
  readonly folders?: readonly string[];
  /** Paths in those folders that are no inputs. */
  readonly present?: readonly string[];
}

/**
 * Judges deployment files that somebody wrote. Pure: texts go in, findings come out, sorted by place. No message repeats a secret.
 *
 * @throws WizardError USAGE for a rule that does not exist
 */
export function lint(inputs: readonly LintInput[], options: LintOptions = {}): LintReport {
  const rules = chooseRules(options.only ?? [], options.ignore ?? []);
  const files = inputs.map(({ path, text }) => readSource(path, text));
  const tree = buildTree(files, {
    asked: options.version ?? null,
    weightBytes: options.weightBytes ?? (() => null),
    folders: options.folders ?? [],
    present: options.present ?? [],
  });
  const all = rules.flatMap((rule) => [...rule.check(tree)].map((hit) => ({ rule, hit })));
  const open = all.filter(({ rule, hit }) => !isSuppressed(rule, hit));
  return {
    findings: distinct(open.map(({ rule, hit }) => toFinding(rule, hit)).sort(byPlace)),
    files: files.map(({ path }) => path),
    skipped: files.flatMap(({ path, skipped }) => (skipped === null ? [] : [{ file: path, reason: skipped }])),
    suppressed: all.length - open.length,
    vllmVersion: options.version?.join('.') ?? NEWEST_RELEASE,
    versionTold: options.version != null,
  };
}

function chooseRules(only: readonly string[], ignore: readonly string[]): readonly Rule[] {
  for (const id of [...only, ...ignore]) {
    if (RULES.some((rule) => rule.id === id)) continue;
    const nearest = nearestName(
      id,
      RULES.map((rule) => rule.id),
    );
    throw new WizardError('USAGE', {
      problem: `There is no rule "${id.slice(0, 80)}".`,
      fix: nearest === null ? 'See vllm-wizard lint --list-rules.' : `Did you mean ${nearest}?`,
      facts: { rule: id },
    });
  }
  return RULES.filter(({ id }) => (only.length === 0 || only.includes(id)) && !ignore.includes(id));
}

function isSuppressed({ id }: Rule, { at: { file, offset } }: Hit): boolean {
  return file.suppressions.covers(id, file.lines.at(offset).line);
}

function toFinding(rule: Rule, { at: { file, offset }, message, fix }: Hit): LintFinding {
  return {
    file: file.path,
    ...file.lines.at(offset),
    severity: rule.severity,
    rule: rule.id,
    message,
    fix: fix ?? rule.fix,
  };
}

function byPlace(a: LintFinding, b: LintFinding): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || a.column - b.column || (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : 0);
}

/** An anchor that several services share is said once. */
function distinct(findings: readonly LintFinding[]): readonly LintFinding[] {
  return findings.filter((finding, index) => {
    const before = findings[index - 1];
    return before === undefined || byPlace(before, finding) !== 0 || before.message !== finding.message;
  });
}
