import type { ModelCatalog } from '../../catalog/model-catalog.ts';
import type { Finding } from '../../engine/finding.ts';
import type { ServeArgs } from '../../engine/serve-args.ts';
import { speculativeMethod } from '../../engine/speculative-method.ts';
import { WizardError } from '../../errors/wizard-error.ts';
import { draftKind, EAGLE3_VOCABULARY } from '../../memory/draft-layers.ts';
import type { ModelSpec } from '../../model/model-spec.ts';
import type { CliContext } from '../context.ts';
import { type ModelMemory, type ModelSettings, readModel } from './read-model.ts';

/** The draft model that a command names, and what is not known exactly about drafting. */
export async function readDraft(
  ctx: CliContext,
  { model: target, speculation }: ServeArgs,
  where: Pick<ModelSettings, 'offline' | 'refresh'>,
  catalog: ModelCatalog | undefined,
  memory: ModelMemory,
): Promise<{ readonly draft: ModelSpec | null; readonly findings: readonly Finding[] }> {
  const kind = draftKind(speculativeMethod(speculation));
  if (kind === 'eagle' || kind === 'eagle3') return { draft: null, findings: [estimatedHead(kind)] };
  const name = speculation?.model ?? null;
  if (kind !== 'model' || name === null || name === target) return { draft: null, findings: [] };
  try {
    const { model } = await readModel(ctx, { model: name, flag: null, ...where }, catalog, memory);
    return { draft: model, findings: [] };
  } catch (error) {
    if (!(error instanceof WizardError)) throw error;
    return { draft: null, findings: [unknownDraft(name, error)] };
  }
}

function estimatedHead(kind: 'eagle' | 'eagle3'): Finding {
  const vocabulary = kind === 'eagle3' ? ` and a vocabulary of ${EAGLE3_VOCABULARY} tokens` : '';
  return {
    code: 'DRAFT_ESTIMATED',
    message: `The draft head is taken to be one layer of the model's own shape${vocabulary}; its config is not read.`,
    fix: null,
    fatal: false,
  };
}

function unknownDraft(name: string, { message }: WizardError): Finding {
  return {
    code: 'DRAFT_UNKNOWN',
    message: `The draft model's weights and cache are not counted. ${message}`,
    fix: `Give a local folder with the config of ${name}, or leave room for it.`,
    fatal: false,
  };
}
