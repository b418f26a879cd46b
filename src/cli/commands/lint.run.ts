import { loadModelIndex } from '../../catalog/load-models.ts';
import { resolveVersion } from '../../engine/version.ts';
import { type ExitCode, WizardError } from '../../errors/wizard-error.ts';
import { lint } from '../../lint/lint.ts';
import { countOf, type LintReport } from '../../lint/report.ts';
import { RULES } from '../../lint/rules.ts';
import type { CliContext } from '../context.ts';
import { lintDocument, rulesDocument } from '../output/lint-document.ts';
import { lintSarif } from '../output/lint-sarif.ts';
import { renderLint, renderRules } from '../output/lint-text.ts';
import type { LintCommandOptions } from './lint.ts';
import { readLintInputs } from './lint-inputs.ts';

/** 3 where an error was found (with `--strict` also for warnings), else 0. */
export async function runLint(ctx: CliContext, paths: readonly string[], options: LintCommandOptions): Promise<ExitCode> {
  const format = formatOf(options);
  if (options.listRules === true) {
    ctx.stdout.write(format === 'text' ? renderRules(RULES, ctx.colour) : `${JSON.stringify(rulesDocument(RULES), null, 2)}\n`);
    return 0;
  }
  if (paths.length === 0) {
    throw new WizardError('USAGE', { problem: 'No file or folder is given.', fix: 'Name one, for example: vllm-wizard lint deploy/' });
  }
  const version = options.vllmVersion === undefined ? null : resolveVersion(options.vllmVersion).version;
  const { inputs, folders, present, skipped } = await readLintInputs(paths);
  const found = lint(inputs, {
    version,
    only: options.rule ?? [],
    ignore: options.ignore ?? [],
    weightBytes: catalogWeights(),
    folders,
    present,
  });
  const report: LintReport = { ...found, skipped: [...found.skipped, ...skipped] };
  ctx.stdout.write(textOf(report, format, ctx));
  const { error, warning } = countOf(report.findings);
  return error > 0 || (options.strict === true && warning > 0) ? 3 : 0;
}

type LintFormat = 'text' | 'json' | 'sarif';

function formatOf({ format, json }: LintCommandOptions): LintFormat {
  if (format !== undefined && json === true && format !== 'json') {
    throw new WizardError('CONTRADICTION', { problem: `--json and --format ${format} exclude each other.`, fix: 'Keep one of the two.' });
  }
  return format ?? (json === true ? 'json' : 'text');
}

function textOf(report: LintReport, format: LintFormat, ctx: CliContext): string {
  if (format === 'text') return renderLint(report, ctx.colour);
  return `${JSON.stringify(format === 'sarif' ? lintSarif(report) : lintDocument(report), null, 2)}\n`;
}

/** Bytes of one parameter on disk, scales included: enough for how long a download takes. */
function bytesOfParameter(quantization: string): number {
  if (/awq|gptq|fp4|int4|w4/.test(quantization)) return 0.56;
  return /fp8|int8|w8/.test(quantization) ? 1 : 2;
}

/** The size of a model's weights by the embedded catalog, read when the first probe asks. */
function catalogWeights(): (model: string) => number | null {
  let sizes: ReadonlyMap<string, number> | null = null;
  return (model) => {
    sizes ??= new Map(
      loadModelIndex().models.flatMap(({ id, parameters, quantization }) =>
        parameters === null ? [] : [[id.toLowerCase(), Math.round(parameters * bytesOfParameter(quantization))] as const],
      ),
    );
    return sizes.get(model.toLowerCase()) ?? null;
  };
}
