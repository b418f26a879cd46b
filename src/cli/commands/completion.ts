import type { CliContext } from '../context.ts';
import { Command } from '../options.ts';
import { oneOf } from '../parse-values.ts';
import type { Finish } from '../program.ts';

/** `vllm-wizard completion`: argument shapes only. */
export function completionCommand(ctx: CliContext, finish: Finish) {
  return new Command('completion')
    .summary('print a completion script for a shell')
    .description('Print a script that completes commands, options, GPU names and model ids.')
    .argument('<shell>', 'bash, zsh or fish', oneOf('The shell', ['bash', 'zsh', 'fish']))
    .addHelpText('after', '\nExample:\n  $ source <(vllm-wizard completion bash)')
    .action(async (shell) => {
      const { printScript } = await import('./completion.run.ts');
      printScript(ctx, shell);
      finish(0);
    });
}

/** `vllm-wizard complete -- WORDS`: what the scripts ask at each press of the key; not for people. */
export function completeCommand(ctx: CliContext, finish: Finish) {
  return new Command('complete').argument('[words...]').action(async (words) => {
    const { printSuggestions } = await import('./completion.run.ts');
    printSuggestions(ctx, words);
    finish(0);
  });
}
