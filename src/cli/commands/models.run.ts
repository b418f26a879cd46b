import { listModels } from '../../catalog/list-models.ts';
import { loadModelCatalog } from '../../catalog/load-models.ts';
import { withModels } from '../../catalog/model-catalog.ts';
import type { ExitCode } from '../../errors/wizard-error.ts';
import type { CliContext } from '../context.ts';
import { grouped } from '../output/number-text.ts';
import { table } from '../output/table.ts';

interface ModelsOptions {
  readonly catalog?: string | undefined;
  readonly json?: true | undefined;
}

/** Lists the catalog. Counts that are not known show as "-" (null with --json). */
export async function runModels(ctx: CliContext, words: readonly string[], options: ModelsOptions): Promise<ExitCode> {
  let catalog = loadModelCatalog();
  if (options.catalog !== undefined) {
    const { loadUserCatalog } = await import('../../catalog/load-user-catalog.ts');
    catalog = withModels(catalog, loadUserCatalog(options.catalog).models, options.catalog);
  }
  const models = listModels(catalog.index, words);
  if (options.json) {
    ctx.stdout.write(`${JSON.stringify(models, null, 2)}\n`);
    return 0;
  }
  if (models.length === 0) {
    ctx.stderr.write(`No model id of the catalog holds "${words.join(' ')}"; other ids are asked of the Hub when planning.\n`);
    return 0;
  }
  const rows = models.map((model) => [
    model.id,
    model.parameters === null ? '-' : `${(model.parameters / 1e9).toFixed(2)} B`,
    model.quantization,
    model.context_limit === null ? '-' : grouped(model.context_limit),
  ]);
  ctx.stdout.write(table(['Id', 'Parameters', 'Stored as', 'Context'], rows));
  return 0;
}
