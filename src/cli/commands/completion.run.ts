import { type Command, type Complete, RootCommand } from '@bomb.sh/tab';
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { EMIT_WORDS } from '../../artifacts/emit-words.ts';
import { GPU_LIST } from '../../catalog/gpus.ts';
import { listModels } from '../../catalog/list-models.ts';
import { loadModelIndex } from '../../catalog/load-models.ts';
import { RELEASES } from '../../engine/version.ts';
import type { CliContext } from '../context.ts';
import { buildProgram } from '../program.ts';

const NAME = 'vllm-wizard';

export function printScript(ctx: CliContext, shell: 'bash' | 'zsh' | 'fish'): void {
  completions(ctx).setup(NAME, NAME, shell);
}

export function printSuggestions(ctx: CliContext, words: readonly string[]): void {
  completions(ctx).parse([...words]);
}

/** The whole program as the completion library wants it: same commands, same options. */
function completions(ctx: CliContext): RootCommand {
  const root = new RootCommand();
  const program = buildProgram(ctx, () => undefined);
  addCommands(root, program, '');
  return root;
}

function addCommands(root: RootCommand, parent: CommandUnknownOpts, prefix: string): void {
  for (const command of parent.createHelp().visibleCommands(parent)) {
    const path = `${prefix}${command.name()}`;
    const target = root.command(path, command.summary());
    addOptions(target, command);
    for (const argument of command.registeredArguments) {
      const complete = VALUES[argument.name()];
      target.argument(argument.name(), complete ?? (() => undefined), argument.variadic);
    }
    addCommands(root, command, `${path} `);
  }
}

function addOptions(target: Command, command: CommandUnknownOpts): void {
  for (const option of command.createHelp().visibleOptions(command)) {
    const name = option.long?.slice(2);
    if (!name) continue;
    const short = option.short && !option.short.startsWith('--') ? option.short.slice(1) : undefined;
    const takesValue = option.required || option.optional;
    if (takesValue) target.option(name, option.description, VALUES[name] ?? (() => undefined), short);
    else target.option(name, option.description, short);
  }
}

const all =
  (values: readonly string[]) =>
  (complete: Complete): void => {
    for (const value of values) complete(value, '');
  };

const models = (complete: Complete): void => {
  for (const { id } of listModels(loadModelIndex())) complete(id, '');
};

/** Values by the name of an option or an argument. */
const VALUES: Readonly<Record<string, (complete: Complete) => void>> = {
  model: models,
  gpu: (complete) => {
    complete('auto', "this host's");
    for (const { id, label } of GPU_LIST) complete(id, label);
  },
  quantization: all(['none', 'awq', 'gptq', 'int8', 'fp8', 'nvfp4', 'mxfp4', 'bitsandbytes']),
  dtype: all(['auto', 'bf16', 'fp16', 'fp32']),
  'kv-cache-dtype': all(['auto', 'fp8', 'fp8_e5m2', 'bf16', 'fp16', 'nvfp4']),
  interconnect: all(['pcie', 'nvlink', 'unknown']),
  'batching-mode': all(['throughput', 'latency', 'balanced']),
  'vllm-version': all([...RELEASES].reverse()),
  emit: all(EMIT_WORDS),
  shell: all(['bash', 'zsh', 'fish']),
  document: all(['plan', 'profile']),
};
