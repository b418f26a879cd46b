import type { ExitCode } from '../errors/wizard-error.ts';
import type { PlanDocument } from '../plan/plan-document.ts';
import type { PlanResult } from '../plan/plan-result.ts';
import type { CliContext } from './context.ts';
import { renderReport } from './output/report.ts';

interface PrintOptions {
  readonly json?: true | undefined;
  readonly explain?: true | undefined;
}

/** 3 when the engine would not start, and for a plan also when the load does not fit. */
export function exitOf({ mode, memory, feasibility }: PlanDocument): ExitCode {
  if (memory.verdict === 'fails') return 3;
  return mode === 'plan' && !feasibility.fits ? 3 : 0;
}

/** Prints the document or the report. Artifact texts are made here, so that the library's `plan()` stays free of them. */
export async function printPlan(ctx: CliContext, result: PlanResult, options: PrintOptions): Promise<ExitCode> {
  if (options.json) {
    const document = await withArtifacts(result);
    ctx.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
    return exitOf(document);
  }
  const { document } = result;
  const next = await nextCommands(result);
  ctx.stdout.write(renderReport(document, { colour: ctx.colour, explain: options.explain ?? false, next }));
  return exitOf(document);
}

/** The document with the `artifacts` section filled in. */
export async function withArtifacts(result: PlanResult): Promise<PlanDocument> {
  const { artifactTexts } = await import('../artifacts/artifact-texts.ts');
  return { ...result.document, artifacts: artifactTexts(result) };
}

/** The report shows the serve command alone, so the libraries of the other artifacts stay unloaded. */
async function nextCommands(result: PlanResult): Promise<string[]> {
  const { mode, memory, model } = result.document;
  if (memory.verdict === 'fails' || mode === 'check') return [];
  const [{ buildDeployment }, { renderServeCommand }] = await Promise.all([
    import('../artifacts/deployment.ts'),
    import('../artifacts/command/render.ts'),
  ]);
  return [renderServeCommand(buildDeployment(result)).trim(), `vllm-wizard generate ${model.id} … --output-dir deploy`];
}
