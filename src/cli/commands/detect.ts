import type { CliContext } from '../context.ts';
import { Command } from '../options.ts';
import type { Finish } from '../program.ts';

/** `vllm-wizard detect`: argument shapes only. */
export function detectCommand(ctx: CliContext, finish: Finish) {
  return new Command('detect')
    .summary("find this host's GPUs")
    .description("Ask nvidia-smi, then amd-smi and rocm-smi, for this host's GPUs, their memory, driver and links.")
    .option('--json', 'print the list as JSON')
    .addHelpText('after', '\nExample:\n  $ vllm-wizard detect --json')
    .action(async (options) => {
      const { runDetect } = await import('./detect.run.ts');
      finish(await runDetect(ctx, options));
    });
}
