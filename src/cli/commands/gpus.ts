import type { CliContext } from '../context.ts';
import { Command } from '../options.ts';
import type { Finish } from '../program.ts';

/** `vllm-wizard gpus`: argument shapes only. */
export function gpusCommand(ctx: CliContext, finish: Finish) {
  return new Command('gpus')
    .summary('list the GPUs that are known')
    .description('List the GPU table, or the part of it whose names hold all the words.')
    .argument('[words...]', 'parts of the name')
    .option('--catalog <folder>', 'folder with GPU files of your own')
    .option('--json', 'print the list as JSON')
    .addHelpText('after', '\nExample:\n  $ vllm-wizard gpus rtx 6000')
    .action(async (words, options) => {
      const { runGpus } = await import('./gpus.run.ts');
      finish(await runGpus(ctx, words, options));
    });
}
