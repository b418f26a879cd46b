import type { EngineSettings } from '../engine/engine-settings.ts';
import { otherNumber, otherSwitch, otherValue } from '../engine/other-flags.ts';
import type { ServeArgs } from '../engine/serve-args.ts';
import { isAtLeast } from '../engine/version.ts';
import type { ModelSpec } from '../model/model-spec.ts';
import { type Bytes, bytes, GIB } from '../units/bytes.ts';

/** What the engine takes of the hosts' memory beside its processes' own, over all nodes. */
export interface HostMemory {
  readonly totalBytes: Bytes;
  /** Weights that `--cpu-offload-gb` keeps there, of all ranks. */
  readonly weightOffloadBytes: Bytes;
  /** `--kv-offloading-size`. */
  readonly kvOffloadBytes: Bytes;
  /** Processed images, video and sound, in every process that keeps a cache of them. */
  readonly mediaCacheBytes: Bytes;
}

/** @source vLLM config/multimodal.py `mm_processor_cache_gb` */
const MEDIA_CACHE_GIB = 4;

/**
 * Pinned or cached on purpose. vLLM V1 never swaps: `--swap-space` is accepted up to 0.17 and does nothing.
 *
 *   media: 4 GiB × (API servers + data-parallel engines); one for each API server when shared (`--mm-processor-cache-type shm`)
 *
 * @param offloadedBytes weights taken off the device, over all ranks
 * @source vLLM config/cache.py `kv_offloading_size` (over all tensor-parallel ranks), config/multimodal.py
 */
export function hostMemory(model: ModelSpec, settings: EngineSettings, args: ServeArgs, offloadedBytes: number): HostMemory {
  const kvOffload = (isAtLeast(settings.version, '0.11.1') ? (otherNumber(args, '--kv-offloading-size') ?? 0) : 0) * GIB;
  const kvOffloadBytes = kvOffload * settings.dataParallelSize;
  const mediaCacheBytes = mediaCache(model, settings, args);
  return {
    totalBytes: bytes(Math.round(offloadedBytes + kvOffloadBytes + mediaCacheBytes)),
    weightOffloadBytes: bytes(Math.round(offloadedBytes)),
    kvOffloadBytes: bytes(Math.round(kvOffloadBytes)),
    mediaCacheBytes: bytes(Math.round(mediaCacheBytes)),
  };
}

function mediaCache(model: ModelSpec, { version, dataParallelSize }: EngineSettings, args: ServeArgs): number {
  const off = args.languageModelOnly || otherSwitch(args, '--disable-mm-preprocessor-cache') || !isAtLeast(version, '0.10.1');
  if (off || model.towers.every((tower) => args.limitMmPerPrompt?.[tower.modality] === 0)) return 0;
  const servers = otherNumber(args, '--api-server-count') ?? 1;
  const shared = otherValue(args, '--mm-processor-cache-type') === 'shm';
  const processes = shared ? servers : servers + dataParallelSize;
  return (otherNumber(args, '--mm-processor-cache-gb') ?? MEDIA_CACHE_GIB) * GIB * processes;
}
