import { inferGpus } from '../../doctor/infer-gpu.ts';
import { MASK } from '../../doctor/mask-secrets.ts';
import type { Readings } from '../../doctor/readings.ts';
import type { RecoveredCommand } from '../../doctor/recover-command.ts';
import { NEWEST_RELEASE, type ResolvedVersion, resolveVersion } from '../../engine/version.ts';
import { WizardError } from '../../errors/wizard-error.ts';
import type { PlanRequest } from '../../plan/plan-request.ts';
import type { DoctorOptions } from '../commands/doctor.ts';
import type { CliContext } from '../context.ts';
import { newSession, readCheckRequest } from '../request/read-request.ts';

/** The failed command as a request to the planner, and what had to be assumed for it. */
export interface DoctorRequest {
  readonly request: PlanRequest | null;
  /** What `check` has to be told to judge the same. */
  readonly checkOptions: readonly string[];
  readonly notes: readonly string[];
}

interface Asked {
  readonly readings: Readings;
  readonly recovered: RecoveredCommand | null;
  readonly options: DoctorOptions;
}

/** Rebuilds the request from the log, with the options for what it does not say. Only options can be wrong; a log cannot. */
export async function readDoctorRequest(ctx: CliContext, { readings, recovered, options }: Asked): Promise<DoctorRequest> {
  const notes: string[] = [];
  const vllm = versionOf(readings, options, notes);
  const gpu = gpuOf(readings, options, notes);
  const words = wordsOf(recovered, options, readings);
  if (words === null) notes.push('The log names neither a command nor a model, so nothing is predicted; name the model with --model.');
  if (vllm === null || words === null) return { request: null, checkOptions: [], notes };
  const total = options.gpuTotalGib ?? (gpu === null ? undefined : (readings.totalGib ?? undefined));
  const shared = {
    gpu: gpu ?? 'auto',
    vllmVersion: vllm.text,
    ...(options.gpus === undefined ? {} : { gpus: options.gpus }),
    ...(total === undefined ? {} : { gpuTotalGib: total }),
    ...(options.catalog === undefined ? {} : { catalog: options.catalog }),
  };
  const checkOptions = [
    ...(gpu === null ? [] : ['--gpu', gpu]),
    ...(total === undefined ? [] : ['--gpu-total-gib', String(total)]),
    '--vllm-version',
    vllm.text,
  ];
  const session = newSession();
  const names = options.model === undefined ? modelNames(words.model) : [options.model];
  let failure: WizardError | null = null;
  for (const [index, name] of names.entries()) {
    // Guesses from a path are looked up at hand only.
    const offline = options.offline === true || index > 0 ? ({ offline: true } as const) : {};
    try {
      const request = await readCheckRequest(ctx, { ...shared, ...offline }, words.with(name), session);
      const { id } = request.model;
      if (id !== words.model) notes.push(`${words.model} is taken as ${id}; put your own name or path in its place.`);
      return { request: withoutSecrets({ ...request, args: { ...request.args, model: id } }, notes), checkOptions, notes };
    } catch (cause) {
      if (!(cause instanceof WizardError)) throw cause;
      if (options.model !== undefined && cause.code.startsWith('MODEL_')) throw cause;
      if (options.gpu !== undefined && cause.code.startsWith('GPU_')) throw cause;
      failure = index === 0 ? cause : failure;
    }
  }
  notes.push(noForecast(failure));
  return { request: null, checkOptions, notes };
}

function noForecast(failure: WizardError | null): string {
  if (failure?.code === 'GPU_NOT_FOUND') return 'The log does not name the GPU, so nothing is predicted; name it with --gpu.';
  return `Nothing is predicted: ${failure?.message ?? 'the model is not known.'}${failure?.code.startsWith('MODEL_') ? ' Name the model with --model.' : ''}`;
}

function versionOf({ version }: Readings, options: DoctorOptions, notes: string[]): ResolvedVersion | null {
  if (options.vllmVersion !== undefined) return resolveVersion(options.vllmVersion);
  if (version !== null && !/^0\.[01]\.\D/.test(version)) {
    try {
      return resolveVersion(version);
    } catch (cause) {
      if (!(cause instanceof WizardError)) throw cause;
      notes.push(`${cause.message} Nothing is predicted for it.`);
      return null;
    }
  }
  notes.push(`The log does not say which release of vLLM it is from; ${NEWEST_RELEASE} is assumed. Say it with --vllm-version.`);
  return resolveVersion(NEWEST_RELEASE);
}

function gpuOf(readings: Readings, options: DoctorOptions, notes: string[]): string | null {
  if (options.gpu !== undefined) return options.gpu;
  if (readings.gpuName !== null) return readings.gpuName;
  const [first, ...others] = inferGpus(readings);
  if (first === undefined) return null;
  const also =
    others.length === 0
      ? ''
      : ` (${others
          .slice(0, 3)
          .map(({ label }) => label)
          .join(', ')} would fit too; say which with --gpu)`;
  notes.push(`The GPU is taken as ${first.label}, because the driver reports ${readings.totalGib} GiB${also}.`);
  return first.id;
}

interface Words {
  readonly model: string;
  readonly with: (model: string) => readonly string[];
}

/** The recovered command, or one that only names the model. */
function wordsOf(recovered: RecoveredCommand | null, { model }: DoctorOptions, readings: Readings): Words | null {
  if (recovered === null) return model === undefined ? null : { model, with: (name) => ['vllm', 'serve', name, ...flagsRead(readings)] };
  const { words } = recovered;
  const flag = words.indexOf('--model');
  const at = flag >= 0 ? flag + 1 : words.indexOf('serve') + 1;
  const glued = words.findIndex((word) => word.startsWith('--model='));
  const named = flag < 0 && glued >= 0 ? (words[glued]?.slice('--model='.length) ?? '') : (words[at] ?? '');
  return {
    model: named,
    with: (name) =>
      words.map((word, index) =>
        flag < 0 && glued === index ? `--model=${name}` : index === at && (flag >= 0 || glued < 0) ? name : word,
      ),
  };
}

/** What other lines of the log say of the command that it does not show. */
function flagsRead({ utilization, maxModelLen, tensorParallelSize, pipelineParallelSize, dataParallelSize }: Readings): readonly string[] {
  const given: readonly (readonly [string, number | null, number | null])[] = [
    ['--gpu-memory-utilization', utilization, 0.9],
    ['--max-model-len', maxModelLen, null],
    ['--tensor-parallel-size', tensorParallelSize, 1],
    ['--pipeline-parallel-size', pipelineParallelSize, 1],
    ['--data-parallel-size', dataParallelSize, 1],
  ];
  return given.flatMap(([flag, value, usual]) => (value === null || value === usual ? [] : [flag, String(value)]));
}

/** Names that a path may stand for: itself, the folder of a Hub cache, its last two parts, its last part. */
export function modelNames(model: string): readonly string[] {
  const cached = /models--([\w.-]+?)--([\w.-]+?)(?:\/|$)/.exec(model);
  const parts = model.split('/').filter((part) => part !== '' && part !== '.' && part !== 'model');
  const [folder = '', name = ''] = parts.slice(-2);
  const pair =
    parts.length > 2 &&
    !/^(?:llms?|models?|weights|checkpoints|data|hub|huggingface|modelscope|workspace|root|mnt|home|user)$/i.test(folder);
  const names = [model, cached ? `${cached[1]}/${cached[2]}` : '', pair ? `${folder}/${name}` : '', parts.at(-1) ?? ''];
  return [...new Set(names.filter((name) => name !== ''))];
}

/** What was masked is no value to hand on. */
function withoutSecrets(request: PlanRequest, notes: string[]): PlanRequest {
  const otherFlags = request.args.otherFlags.filter(({ value }) => !value?.includes(MASK));
  const env = Object.fromEntries(Object.entries(request.args.env).filter(([, value]) => !value.includes(MASK)));
  const left = otherFlags.length < request.args.otherFlags.length || Object.keys(env).length < Object.keys(request.args.env).length;
  if (!left) return request;
  notes.push('Secrets were left out of the command; add them again.');
  return { ...request, args: { ...request.args, otherFlags, env } };
}
