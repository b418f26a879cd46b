import { isVllmImage } from '../../engine/command-files/image-version.ts';
import type { Container, EngineCommand } from './container.ts';
import type { Pod } from './kubernetes.ts';
import type { Tree } from './tree.ts';

/** A container that runs vLLM's server. */
export interface Engine extends Container {
  readonly engine: EngineCommand;
}

/** Those that are described whole: a patch or the values of a chart say nothing by what they leave out. */
export function enginesOf(tree: Tree): readonly Engine[] {
  return writtenEngines(tree).filter(({ file, pod }) => !tree.parts.has(file) && !isTemplate(pod));
}

/** Objects that others complete: resources and probes come with the service that uses them. */
function isTemplate(pod: Pod | null): boolean {
  return pod !== null && ['ServingRuntime', 'ClusterServingRuntime', 'LLMInferenceServiceConfig'].includes(pod.object.kind);
}

/** All of them, for rules about what is written. */
export function writtenEngines({ containers }: Tree): readonly Engine[] {
  return containers.filter((container): container is Engine => container.engine !== null);
}

/** The engine of a pod; null where it runs something else. */
function engineOf({ containers }: Pod): Engine | null {
  return containers.find((container): container is Engine => container.engine !== null) ?? null;
}

/** Pods that serve a model, with the engine in them. */
export function enginePods({ pods, parts }: Tree): readonly { readonly pod: Pod; readonly engine: Engine }[] {
  return pods.flatMap((pod) => {
    const engine = engineOf(pod);
    return engine === null || parts.has(pod.object.file) || isTemplate(pod) ? [] : [{ pod, engine }];
  });
}

/** Whether a container belongs to a server: it runs the engine, has its image, or stands beside it in a pod. */
export function isOfServer({ engine, image, pod }: Container): boolean {
  if (engine !== null || isVllmImage(image?.repository ?? '')) return true;
  return pod?.containers.some((other) => other.engine !== null) === true;
}

/** Whether requests need a key: by flag or by variable, also one that comes from a secret. */
export function hasApiKey(container: Engine): boolean {
  return container.engine.flag('--api-key') !== null || container.env.some(({ name }) => name === 'VLLM_API_KEY');
}

/** Ways to spread copies over hosts where this command runs one of them. */
const ONE_COPY = ['--data-parallel-rank', '--data-parallel-external-lb'];
const SEVERAL_HOSTS = ['--data-parallel-address', '--data-parallel-hybrid-lb'];

/** GPUs that the command takes on its own host; null where the file does not say it. */
export function gpusNeeded({ engine, pod, node }: Engine): number | null {
  const { args } = engine;
  // A Ray cluster of the production-stack chart: the number is that of one node.
  if (node?.at('raySpec').exists === true) return null;
  const flag = (name: string): string | null => engine.flag(name)?.value ?? null;
  const has = (names: readonly string[]): boolean => names.some((name) => engine.flag(name) !== null);
  if (
    engine.flag('--config') !== null ||
    engine.findings.some(({ code, message }) => code === 'VARIABLE_UNKNOWN' && /parallel-size|nnodes|-tp|-pp|-dp/.test(message))
  )
    return null;
  const nodes = numberOf(flag('--nnodes')) ?? pod?.groupSize ?? 1;
  if (flag('--distributed-executor-backend') === 'ray' && nodes === 1) return null;
  const local = numberOf(flag('--data-parallel-size-local')) ?? numberOf(flag('-dpl'));
  if (local === null && has(SEVERAL_HOSTS)) return null;
  const copies = has(ONE_COPY) ? 1 : (local ?? args.dataParallelSize ?? 1);
  const total = (args.tensorParallelSize ?? 1) * (args.pipelineParallelSize ?? 1) * copies;
  const perHost = local === null ? total / nodes : total;
  return Number.isInteger(perHost) ? perHost : null;
}

function numberOf(text: string | null): number | null {
  return text !== null && /^\d+$/.test(text) ? Number(text) : null;
}

/** GPU processes of one container, at least: those that its GPUs can hold. */
export function gpuProcesses(container: Engine): number {
  const { args } = container.engine;
  const needed = gpusNeeded(container) ?? (args.tensorParallelSize ?? 1) * (args.pipelineParallelSize ?? 1);
  return Math.min(needed, container.gpus?.count ?? needed);
}
