import type { CliContext } from '../context.ts';
import { Command } from '../options.ts';
import type { Finish } from '../program.ts';

/** `vllm-wizard profile validate`: argument shapes only. */
export function profileCommand(ctx: CliContext, finish: Finish) {
  const validate = new Command('validate')
    .summary('check a profile')
    .description('Read a profile of version 1 or 2 and name the first mistake in it.')
    .argument('<file>', 'YAML file')
    .option('--env <name>', 'with the overrides of this environment')
    .option('--json', 'print the profile as it is understood')
    .addHelpText('after', '\nExample:\n  $ vllm-wizard profile validate profile.yaml --env prod')
    .action(async (file, options) => {
      const { runProfileValidate } = await import('./profile.run.ts');
      finish(await runProfileValidate(ctx, file, options));
    });
  return new Command('profile').summary('work with profiles').description('Work with profile files.').addCommand(validate);
}
