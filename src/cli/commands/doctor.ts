import type { CliContext } from '../context.ts';
import { Command } from '../options.ts';
import { decimalNumber, wholeNumber } from '../parse-values.ts';
import type { Finish } from '../program.ts';

function withDoctorOptions(command: Command) {
  return command
    .argument('[file]', 'the log; without it, or with -, it is read from stdin')
    .option('--model <id>', 'the model, where the log shows only a path')
    .option('--gpu <name>', 'the GPU, where the log does not name it')
    .option('--gpus <count>', 'how many there are', wholeNumber('--gpus'))
    .option('--gpu-total-gib <gib>', 'total that the driver reports for one GPU', decimalNumber('--gpu-total-gib', { above: 0 }))
    .option('--vllm-version <version>', 'the release, where the log does not say it')
    .option('--catalog <folder>', 'folder with model and GPU files of your own')
    .option('--offline', 'never ask the Hub')
    .option('--json', 'print one JSON document on stdout');
}

export type DoctorOptions = ReturnType<ReturnType<typeof withDoctorOptions>['opts']>;

/** `vllm-wizard doctor`: argument shapes only. */
export function doctorCommand(ctx: CliContext, finish: Finish) {
  return withDoctorOptions(new Command('doctor'))
    .summary('say why a start-up failed, from its log')
    .description('Read a vLLM log or traceback: the cause, the numbers beside our forecast, and the one change that helps.')
    .addHelpText('after', '\nExample:\n  $ docker logs vllm 2>&1 | vllm-wizard doctor')
    .action(async (file, options) => {
      const { runDoctor } = await import('./doctor.run.ts');
      finish(await runDoctor(ctx, file, options));
    });
}
