import type { CliContext } from '../context.ts';
import { Command, withSharedOptions } from '../options.ts';
import type { Finish } from '../program.ts';

/** Options of `check` and the words of the command behind them; used for one command and for the rows of a batch. */
export function withCheckOptions(command: Command) {
  return (
    withSharedOptions(command)
      .option('--versions <list>', 'compare releases: 0.19,0.24,newest or all')
      .option('--file <path>', 'the command inside a Compose file, manifest, unit or script')
      .option('--service <name>', 'which command of the file')
      .option('-m, --model <id>', "what the model's path in the file holds")
      .option('--batch <file>', 'a JSON array of arguments a line in, a document without artifacts a line out')
      .argument('[command...]', 'the command: vllm serve MODEL …')
      // Options behind the first word belong to the command, also without the dashes before it.
      .passThroughOptions()
  );
}

export type CheckOptions = ReturnType<ReturnType<typeof withCheckOptions>['opts']>;

/** `vllm-wizard check`: argument shapes only. */
export function checkCommand(ctx: CliContext, finish: Finish) {
  return withCheckOptions(new Command('check'))
    .usage('[options] (-- vllm serve MODEL … | --file FILE)')
    .summary('judge a vllm serve command as it is')
    .description('Say whether a command starts with its flags on that release and GPU, and what memory it leaves.')
    .addHelpText(
      'after',
      '\nExample:\n  $ vllm-wizard check --gpu l4 -- vllm serve Qwen/Qwen3-8B --max-model-len 16384\n  $ vllm-wizard check --gpu l4 --file docker-compose.yaml',
    )
    .action(async (words, options) => {
      const { runCheck } = await import('./check.run.ts');
      finish(await runCheck(ctx, words, options));
    });
}
