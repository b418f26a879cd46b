import type { CliContext } from '../context.ts';
import { Command, withPlanOptions, withSharedOptions } from '../options.ts';
import type { Finish } from '../program.ts';

/** `vllm-wizard plan`: argument shapes only. */
export function planCommand(ctx: CliContext, finish: Finish) {
  return withPlanOptions(withSharedOptions(new Command('plan')))
    .summary('does it fit, and with which settings')
    .description('Size weights, activations and KV cache as vLLM does, choose the settings, and forecast the speed.')
    .optionsGroup('Engine:')
    .option('--versions <list>', 'compare releases: 0.19,0.24,newest or all')
    .argument('[model]', 'Hub model id, or a folder with config.json')
    .addHelpText('after', '\nExample:\n  $ vllm-wizard plan Qwen/Qwen3-8B --gpu l4 --concurrency 4 --json')
    .action(async (model, options) => {
      const { runPlan } = await import('./plan.run.ts');
      finish(await runPlan(ctx, model, options));
    });
}
