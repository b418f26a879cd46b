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
  const document = await withArtifacts(result);
  if (options.json) {
    ctx.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
    return exitOf(document);
  }
  const text = renderReport(document, { colour: ctx.colour, explain: options.explain ?? false, next: nextCommands(document) });
  ctx.stdout.write(text);
  return exitOf(document);
}

/** The document with the `artifacts` section filled in. */
export async function withArtifacts(result: PlanResult): Promise<PlanDocument> {
  const { artifactTexts } = await import('../artifacts/public.ts');
  return { ...result.document, artifacts: artifactTexts(result) };
}

function nextCommands({ mode, memory, artifacts, model }: PlanDocument): string[] {
  if (memory.verdict === 'fails' || mode === 'check') return [];
  const serve = artifacts.serve_command?.trim();
  return [...(serve ? [serve] : []), `vllm-wizard generate ${model.id} … --output-dir deploy`];
}
