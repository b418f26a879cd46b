import type { CliContext } from '../context.ts';
import { Command } from '../options.ts';
import { oneOf } from '../parse-values.ts';
import type { Finish } from '../program.ts';

/** `vllm-wizard schema`: argument shapes only. */
export function schemaCommand(ctx: CliContext, finish: Finish) {
  return new Command('schema')
    .summary('print a JSON Schema')
    .description('Print the JSON Schema (draft 2020-12) of the plan document or of profiles.')
    .argument('<document>', 'plan or profile', oneOf('The document', ['plan', 'profile']))
    .addHelpText('after', '\nExample:\n  $ vllm-wizard schema plan > plan.schema.json')
    .action(async (name) => {
      const { jsonSchema } = await import('../../plan/json-schema.ts');
      ctx.stdout.write(`${JSON.stringify(jsonSchema(name), null, 2)}\n`);
      finish(0);
    });
}
