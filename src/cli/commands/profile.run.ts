import type { ExitCode } from '../../errors/wizard-error.ts';
import { parseProfile } from '../../plan/parse-profile.ts';
import type { CliContext } from '../context.ts';
import { readTextFile } from '../read-text-file.ts';

/** A mistake is thrown by the reader and becomes exit code 2. */
export async function runProfileValidate(
  ctx: CliContext,
  file: string,
  options: { readonly env?: string | undefined; readonly json?: true | undefined },
): Promise<ExitCode> {
  const profile = parseProfile(await readTextFile(file, 'profile'), file, options.env ?? null);
  if (options.json) ctx.stdout.write(`${JSON.stringify(profile, null, 2)}\n`);
  else ctx.stdout.write(`${file} is a valid profile${options.env ? ` (environment ${options.env})` : ''}.\n`);
  return 0;
}
