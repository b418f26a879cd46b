import type { CliContext } from '../context.ts';
import { Command } from '../options.ts';
import type { Finish } from '../program.ts';

/** `vllm-wizard models`: argument shapes only. */
export function modelsCommand(ctx: CliContext, finish: Finish) {
  return new Command('models')
    .summary('list the models that are known offline')
    .description('List the embedded catalog, or the part of it whose ids hold all the words.')
    .argument('[words...]', 'parts of the id')
    .option('--catalog <folder>', 'folder with model files of your own')
    .option('--json', 'print the list as JSON')
    .addHelpText('after', '\nExample:\n  $ vllm-wizard models qwen3 8b')
    .action(async (words, options) => {
      const { runModels } = await import('./models.run.ts');
      finish(await runModels(ctx, words, options));
    });
}
