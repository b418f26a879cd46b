import { EMIT_GROUPS, EMIT_WORDS } from '../../artifacts/emit-words.ts';
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
    .option('--replicas <n>', 'copies of the server that the files start (default: 1)', wholeNumber('--replicas'))
    .option('--gpu-hour-usd <x>', 'price of one GPU for an hour, for figures of cost', decimalNumber('--gpu-hour-usd', { above: 0 }))
    .option('--force', 'overwrite files that were edited by hand')
    .addHelpText('after', `${wordsHelp()}\nExample:\n  $ vllm-wizard generate Qwen/Qwen3-8B --gpu l4 -o deploy --emit command,compose`)
    .action(async (model, options) => {
      const { runGenerate } = await import('./generate.run.ts');
      finish(await runGenerate(ctx, model, options));
    });
}

/** What --emit takes, wrapped at 80 columns. */
function wordsHelp(): string {
  const groups = Object.keys(EMIT_GROUPS).join(', ');
  return `\n${wrapped('Words of --emit:', EMIT_WORDS)}\n  or for several at once: ${groups}\n`;
}

function wrapped(title: string, words: readonly string[]): string {
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length + 2 > 78) lines.push(`  ${word}`);
    else lines[lines.length - 1] = `${last}, ${word}`;
  }
  return [title, ...lines].join('\n');
}
