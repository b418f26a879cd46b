import type { ExitCode } from '../../errors/wizard-error.ts';
import { plan } from '../../plan/plan.ts';
import type { CliContext } from '../context.ts';
import type { PlanOptions } from '../options.ts';
import { printPlan } from '../print-plan.ts';
import { loadProfile } from '../request/load-profile.ts';
import { newSession, readPlanRequest } from '../request/read-request.ts';
import { mergeSettings } from '../request/settings.ts';

export async function runPlan(
  ctx: CliContext,
  model: string | undefined,
  options: PlanOptions & { readonly versions?: string | undefined },
): Promise<ExitCode> {
  const settings = mergeSettings(options, model, await loadProfile(options));
  const { versions } = options;
  if (versions !== undefined) {
    const { runVersions } = await import('./versions.run.ts');
    const session = newSession();
    return runVersions(ctx, { ...options, versions }, (world, vllmVersion) =>
      readPlanRequest(world, { ...settings, vllmVersion }, session),
    );
  }
  const result = plan(await readPlanRequest(ctx, settings, newSession()));
  return printPlan(ctx, result, options);
}
