import type { GpuSpec } from '../../catalog/gpu-spec.ts';
import { loadKernels } from '../../catalog/load-kernels.ts';
import type { ModelCatalog } from '../../catalog/model-catalog.ts';
import type { Finding } from '../../engine/finding.ts';
import { parseServeCommand } from '../../engine/parse-serve-command.ts';
import type { ServeArgs } from '../../engine/serve-args.ts';
import { NEWEST_RELEASE, type ResolvedVersion, resolveVersion } from '../../engine/version.ts';
import { WizardError } from '../../errors/wizard-error.ts';
import type { PlanRequest } from '../../plan/plan-request.ts';
import type { CliContext } from '../context.ts';
import type { SharedOptions } from '../options.ts';
import { smallerSiblings } from './find-siblings.ts';
import { readDraft } from './read-draft.ts';
import { readHardware } from './read-hardware.ts';
import { readPolicy, readWorkload } from './read-load.ts';
import { type ModelMemory, newModelMemory, readModel } from './read-model.ts';
import { readPins } from './read-pins.ts';
import { checkTogether, contradiction, type Settings } from './settings.ts';

/** What requests of one process share: models that were read, and the user's own catalog. */
export interface Session {
  readonly memory: ModelMemory;
  readonly catalogs: Map<string, Promise<OwnCatalog>>;
}

interface OwnCatalog {
  readonly gpus: readonly GpuSpec[];
  readonly catalog: ModelCatalog | undefined;
}

export function newSession(): Session {
  return { memory: newModelMemory(), catalogs: new Map() };
}

const NOTHING: OwnCatalog = { gpus: [], catalog: undefined };

async function ownCatalog(folder: string | undefined, { catalogs }: Session): Promise<OwnCatalog> {
  if (folder === undefined) return NOTHING;
  const before = catalogs.get(folder);
  if (before) return before;
  const loaded = loadOwn(folder);
  catalogs.set(folder, loaded);
  return loaded;
}

/** Loaded only when asked for: its checks bring a schema library along. */
async function loadOwn(folder: string): Promise<OwnCatalog> {
  const [{ loadUserCatalog }, { loadModelCatalog }, { withModels }] = await Promise.all([
    import('../../catalog/load-user-catalog.ts'),
    import('../../catalog/load-models.ts'),
    import('../../catalog/model-catalog.ts'),
  ]);
  const { gpus, models } = loadUserCatalog(folder);
  return { gpus, catalog: models.length > 0 ? withModels(loadModelCatalog(), models, folder) : undefined };
}

/** What `plan` and `generate` ask the planner. */
export async function readPlanRequest(ctx: CliContext, settings: Settings, session: Session): Promise<PlanRequest> {
  if (!settings.model) {
    throw new WizardError('USAGE', {
      problem: 'No model is named.',
      fix: 'Name one: vllm-wizard plan Qwen/Qwen3-8B. `vllm-wizard models` lists those that are known offline.',
    });
  }
  const vllm = resolveVersion(settings.vllmVersion ?? NEWEST_RELEASE);
  const { args, findings } = readPins(settings, vllm.version);
  const needed = layoutGpus(args);
  if (settings.gpus !== undefined && settings.gpus < needed) {
    throw contradiction(
      `The layout needs ${needed} GPUs (tensor x pipeline x data parallel), and --gpus is ${settings.gpus}.`,
      `Give --gpus ${needed}, or a smaller layout.`,
    );
  }
  return compose(ctx, { mode: 'plan', settings, args, vllm, findings, flag: args.quantization }, session);
}

/** What `check` asks: the command as it is, on the hardware and load of our own options. */
export async function readCheckRequest(
  ctx: CliContext,
  options: SharedOptions,
  words: readonly string[],
  session: Session,
): Promise<PlanRequest> {
  checkTogether(options);
  const vllm = resolveVersion(options.vllmVersion ?? NEWEST_RELEASE);
  const { args, findings } = parseServeCommand(words, vllm.version);
  return compose(ctx, { mode: 'check', settings: options, args, vllm, findings, flag: args.quantization }, session);
}

interface Parts {
  readonly mode: 'plan' | 'check';
  readonly settings: Settings;
  readonly args: ServeArgs;
  readonly vllm: ResolvedVersion;
  readonly findings: readonly Finding[];
  /** vLLM's own `--quantization`. */
  readonly flag: string | null;
}

async function compose(ctx: CliContext, { mode, settings, args, vllm, findings, flag }: Parts, session: Session): Promise<PlanRequest> {
  const own = await ownCatalog(settings.catalog, session);
  const { hardware, findings: ofHardware } = await readHardware(ctx, settings, layoutGpus(args), own.gpus);
  const { offline, refresh, paramsB, quantization: storage } = settings;
  const asked = { model: args.model, revision: args.revision, offline, refresh, paramsB, storage, flag };
  const { model, quantizationFlag, findings: ofModel } = await readModel(ctx, asked, own.catalog, session.memory);
  const { draft, findings: ofDraft } = await readDraft(ctx, args, { offline, refresh }, own.catalog, session.memory);
  return {
    mode,
    model,
    draft,
    hardware,
    workload: await readWorkload(settings),
    policy: readPolicy(settings),
    args: { ...args, quantization: quantizationFlag },
    vllm,
    assumeKvCacheBytes: settings.assumeKvCacheBytes ?? null,
    findings: [...versionFinding(vllm), ...findings, ...ofHardware, ...ofModel, ...ofDraft],
    kernels: loadKernels(hardware.gpu.id) ?? null,
    // Looked for only when a plan that does not fit asks for them.
    get siblings() {
      return smallerSiblings(model, own.catalog);
    },
  };
}

function layoutGpus(args: ServeArgs): number {
  return (args.tensorParallelSize ?? 1) * (args.pipelineParallelSize ?? 1) * (args.dataParallelSize ?? 1);
}

function versionFinding({ warning }: ResolvedVersion): Finding[] {
  return warning === null ? [] : [{ code: 'VERSION_ASSUMED', message: warning, fix: null, fatal: false }];
}
