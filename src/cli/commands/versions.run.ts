import type { ExitCode } from '../../errors/wizard-error.ts';
import { compareAcrossVersions, type VersionComparison } from '../../plan/compare-versions.ts';
import type { PlanRequest } from '../../plan/plan-request.ts';
import type { CliContext } from '../context.ts';
import { renderVersions } from '../output/versions-report.ts';
import { readVersions } from '../request/read-versions.ts';
import { contradiction } from '../request/settings.ts';

export interface VersionsOptions {
  readonly versions: string;
  readonly vllmVersion?: string | undefined;
  readonly json?: true | undefined;
  readonly explain?: true | undefined;
}

/** Reads the request of one release. */
export type RequestOf = (ctx: CliContext, vllmVersion: string) => Promise<PlanRequest>;

/** `plan --versions` and `check --versions`: a row a release, and why they differ. 3 where the newest of them would not do. */
export async function runVersions(ctx: CliContext, options: VersionsOptions, requestOf: RequestOf): Promise<ExitCode> {
  if (options.vllmVersion !== undefined) {
    throw contradiction('--versions and --vllm-version both say which release to plan for.', 'Keep one of the two.');
  }
  const once = { ...ctx, run: rememberRuns(ctx) };
  const requests: PlanRequest[] = [];
  for (const { text } of readVersions(options.versions)) requests.push(await requestOf(once, text));
  const comparison = compareAcrossVersions(requests);
  ctx.stdout.write(
    options.json
      ? `${JSON.stringify(comparison, null, 2)}\n`
      : renderVersions(comparison, { colour: ctx.colour, explain: options.explain ?? false }),
  );
  return exitOf(comparison);
}

function exitOf({ rows, mode }: VersionComparison): ExitCode {
  const newest = rows.at(-1);
  if (newest === undefined || newest.verdict === 'fails') return 3;
  return mode === 'plan' && !newest.fits ? 3 : 0;
}

/** The GPUs of this host are asked for once, not once a release. */
function rememberRuns({ run }: CliContext): CliContext['run'] {
  const answers = new Map<string, ReturnType<CliContext['run']>>();
  return (program, args) => {
    const key = JSON.stringify([program, args]);
    const answer = answers.get(key) ?? run(program, args);
    answers.set(key, answer);
    return answer;
  };
}
