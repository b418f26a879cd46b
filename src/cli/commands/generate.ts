import { EMIT_WORDS } from '../../artifacts/emit-words.ts';
import type { CliContext } from '../context.ts';
import { Command, withPlanOptions, withSharedOptions } from '../options.ts';
import type { Finish } from '../program.ts';

/** `vllm-wizard generate`: argument shapes only. */
export function generateCommand(ctx: CliContext, finish: Finish) {
  return withPlanOptions(withSharedOptions(new Command('generate')))
    .summary('plan, then write the files that run it')
    .description('Make the plan and write its artifacts: all of them, or none when something is wrong.')
    .argument('[model]', 'Hub model id, or a folder with config.json')
    .optionsGroup('Files:')
    .requiredOption('-o, --output-dir <folder>', 'where to write; made when it is missing')
    .option('--emit <words>', `comma-separated: ${EMIT_WORDS.join(', ')} (default: command,profile)`)
    .option('--force', 'overwrite files that were edited by hand')
    .addHelpText('after', '\nExample:\n  $ vllm-wizard generate Qwen/Qwen3-8B --gpu l4 -o deploy --emit command,compose')
    .action(async (model, options) => {
      const { runGenerate } = await import('./generate.run.ts');
      finish(await runGenerate(ctx, model, options));
    });
}
