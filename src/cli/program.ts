import { Command, CommanderError, type CommandUnknownOpts } from '@commander-js/extra-typings';
import type { ExitCode } from '../errors/wizard-error.ts';
import { TOOL_VERSION } from '../plan/tool-version.ts';
import { checkCommand } from './commands/check.ts';
import { completeCommand, completionCommand } from './commands/completion.ts';
import { detectCommand } from './commands/detect.ts';
import { doctorCommand } from './commands/doctor.ts';
import { generateCommand } from './commands/generate.ts';
import { gpusCommand } from './commands/gpus.ts';
import { lintCommand } from './commands/lint.ts';
import { modelsCommand } from './commands/models.ts';
import { planCommand } from './commands/plan.ts';
import { profileCommand } from './commands/profile.ts';
import { schemaCommand } from './commands/schema.ts';
import type { CliContext } from './context.ts';
import { reportError } from './report-error.ts';
import { usageError } from './usage-error.ts';

/** A command hands its exit code over with it. */
export type Finish = (code: ExitCode) => void;

/** The whole command line, without anything of the work behind it. */
export function buildProgram(ctx: CliContext, finish: Finish) {
  const program = new Command('vllm-wizard')
    .description('Plans a vLLM deployment: does it start, with which flags, how fast.')
    .version(TOOL_VERSION, '-v, --version', 'print the version')
    .helpOption('-h, --help', 'show this help')
    .helpCommand(false)
    .showSuggestionAfterError(true)
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => ctx.stdout.write(text),
      writeErr: (text) => ctx.stderr.write(text),
      // Mistakes are reported once, by `runCli`, in our own layout.
      outputError: () => undefined,
      getOutHelpWidth: () => HELP_COLUMNS,
      getErrHelpWidth: () => HELP_COLUMNS,
    })
    // Some names of options are long; what they mean wraps all the same.
    .configureHelp({ minWidthToWrap: 24 })
    .addHelpText('after', EXAMPLE);
  const commands = [
    planCommand(ctx, finish),
    generateCommand(ctx, finish),
    checkCommand(ctx, finish),
    doctorCommand(ctx, finish),
    lintCommand(ctx, finish),
    detectCommand(ctx, finish),
    modelsCommand(ctx, finish),
    gpusCommand(ctx, finish),
    profileCommand(ctx, finish),
    schemaCommand(ctx, finish),
    completionCommand(ctx, finish),
  ];
  for (const command of commands) program.addCommand(command);
  program.addCommand(completeCommand(ctx, finish), { hidden: true });
  inherit(program);
  return program;
}

const HELP_COLUMNS = 80;

const EXAMPLE = `
Examples:
  $ vllm-wizard plan meta-llama/Llama-3.1-8B-Instruct --gpu "H100 80GB"
  $ vllm-wizard check --gpu l4 -- vllm serve Qwen/Qwen3-8B --max-model-len 16384`;

/** addCommand does not hand the settings of the parent on. */
function inherit(parent: CommandUnknownOpts): void {
  for (const child of parent.commands) {
    child.copyInheritedSettings(parent);
    inherit(child);
  }
}

/** Runs one command line (without node and script) to its exit code. Nothing here ends the process. */
export async function runCli(ctx: CliContext, argv: readonly string[]): Promise<ExitCode> {
  let code: ExitCode = 0;
  const program = buildProgram(ctx, (finished) => {
    code = finished;
  });
  const asJson = argv.slice(0, argv.includes('--') ? argv.indexOf('--') : argv.length).includes('--json');
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    if (!(error instanceof CommanderError)) return reportError(ctx, error, asJson);
    // Help and version end the parsing by an exception too.
    if (error.exitCode === 0) return 0;
    if (error.code === 'commander.help') return 2;
    const command = program.commands.find((known) => known.name() === argv[0]);
    return reportError(ctx, usageError(error, command?.name() ?? null), asJson);
  }
}
