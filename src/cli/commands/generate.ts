import { EMIT_GROUPS, EMIT_SUMMARIES, EMIT_WORDS } from '../../artifacts/emit-words.ts';
import type { CliContext } from '../context.ts';
import { Command, withPlanOptions, withSharedOptions } from '../options.ts';
import { decimalNumber, wholeNumber } from '../parse-values.ts';
import type { Finish } from '../program.ts';

/** `vllm-wizard generate`: argument shapes only. */
export function generateCommand(ctx: CliContext, finish: Finish) {
  return withPlanOptions(withSharedOptions(new Command('generate')))
    .summary('plan, then write the files that run it')
    .description('Make the plan and write its artifacts: all of them, or none when something is wrong.')
    .argument('[model]', 'Hub model id, or a folder with config.json')
    .optionsGroup('Files:')
    .requiredOption('-o, --output-dir <folder>', 'where to write; made when it is missing')
    .option('--emit <words>', 'comma-separated words, listed below (default: command,profile)')
    .option('--replicas <n>', 'copies of the server to start; --gpus are for all of them (default: 1)', wholeNumber('--replicas'))
    .option('--gpu-hour-usd <x>', 'price of one GPU for an hour, for figures of cost', decimalNumber('--gpu-hour-usd', { above: 0 }))
    .option('--force', 'overwrite files that were edited by hand')
    .addHelpText('after', `${wordsHelp()}\nExample:\n  $ vllm-wizard generate Qwen/Qwen3-8B --gpu l4 -o deploy --emit command,compose`)
    .action(async (model, options) => {
      const { runGenerate } = await import('./generate.run.ts');
      finish(await runGenerate(ctx, model, options));
    });
}

function wordsHelp(): string {
  const width = Math.max(...EMIT_WORDS.map((word) => word.length));
  const lines = EMIT_WORDS.map((word) => `  ${word.padEnd(width)}  ${EMIT_SUMMARIES[word]}`);
  const groups = Object.keys(EMIT_GROUPS);
  const half = Math.ceil(groups.length / 2);
  const several = [groups.slice(0, half), groups.slice(half)].map((some) => `  ${some.join(', ')}`).join(',\n');
  return `\nWords of --emit:\n${lines.join('\n')}\nFor several at once:\n${several}\n`;
}
