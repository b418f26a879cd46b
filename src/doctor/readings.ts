/** What a log says in so many words. null: it does not say. Sizes in GiB, as the engine prints them. */
export interface Readings {
  /** "0.10.2", or a build string. */
  readonly version: string | null;
  readonly engine: 'V0' | 'V1' | null;
  readonly model: string | null;
  readonly architecture: string | null;
  readonly gpuName: string | null;
  /** "7.5". */
  readonly computeCapability: string | null;
  readonly totalGib: number | null;
  /** Free when the engine started. */
  readonly freeGib: number | null;
  readonly utilization: number | null;
  readonly requestedGib: number | null;
  readonly weightsGib: number | null;
  readonly peakActivationGib: number | null;
  readonly nonTorchGib: number | null;
  /** Weights and memory outside torch in one figure, from 0.27 on. */
  readonly consumedGib: number | null;
  readonly graphGib: number | null;
  readonly graphEstimateGib: number | null;
  readonly availableKvGib: number | null;
  readonly neededKvGib: number | null;
  readonly tokens: number | null;
  readonly blocks: number | null;
  readonly concurrency: number | null;
  readonly maxModelLen: number | null;
  readonly estimatedMaxModelLen: number | null;
  readonly tensorParallelSize: number | null;
  readonly pipelineParallelSize: number | null;
  readonly dataParallelSize: number | null;
  readonly dtype: string | null;
  readonly quantization: string | null;
  readonly kvCacheDtype: string | null;
  /** The allocation that failed. */
  readonly triedToAllocateGib: number | null;
  /** The engine reported that it is up. */
  readonly started: boolean;
}

/** How many of the figures and names were found; 0: nothing of vLLM was recognised. */
export function countReadings(readings: Readings): number {
  return Object.values(readings).filter((value) => value !== null && value !== false).length;
}
