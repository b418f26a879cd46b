/** The point of a start-up at which memory ran out. */
export type OomStage = 'weights' | 'profiling' | 'cache' | 'graphs' | 'sampler' | 'runtime' | 'unknown';

/** How far back of the error its own traceback is looked for. */
const WINDOW_CHARS = 24_000;

/**
 * Functions on the way to the failed allocation. Order matters: profiling and capturing both run the model, and the
 * capture of V0 and the sampler run inside other steps, so the innermost comes first.
 *
 * @source vLLM v1/worker/gpu_worker.py, v1/worker/gpu_model_runner.py, worker/model_runner.py
 */
const FRAMES: readonly (readonly [OomStage, RegExp])[] = [
  ['sampler', /\b_?dummy_sampler_run\b|\bwarm_?up_sampler\b/],
  [
    'graphs',
    /\b_?capture_model\b|\b_capture_cudagraphs\b|\bgraph_capture\b|cudagraph_utils\.py|\bcapture_graph\b|\bcapture_end\b|torch\/cuda\/graphs\.py/,
  ],
  ['profiling', /\bprofile_run\b|\bdetermine_available_memory\b|\bdetermine_num_available_blocks\b|\bprofile_num_available_blocks\b/],
  [
    'weights',
    /\bload_model\b|\bload_weights\b|\bcreate_weights\b|\bprocess_weights_after_loading\b|\binitialize_model\b|\b_initialize_model\b/,
  ],
  ['cache', /\b_?allocate_kv_cache\w*\b|\binitialize_kv_cache\b|\binitialize_from_config\b|\binitialize_cache\b|\b_init_cache_engine\b/],
  ['graphs', /\bcompile_or_warm_up_model\b|\bkernel_warmup\b/],
  ['runtime', /\bexecute_model\b|\brun_busy_loop\b|\b_process_engine_step\b|\bstep_with_batch_queue\b|\bengine_step\b/],
];

/** The last thing that the engine said it did, where the traceback is missing; the latest counts. */
const MILESTONES: readonly (readonly [OomStage, RegExp])[] = [
  ['runtime', /Application startup complete|Uvicorn running on|Avg prompt throughput/g],
  ['graphs', /Capturing CUDA graphs|Capturing cudagraphs|GPU KV cache size:|# (?:GPU|cuda) blocks:|reserved for KV Cache is/gi],
  ['cache', /Available KV cache memory:/g],
  ['profiling', /Model loading took|Loading model weights took|Encoder cache will be initialized|profiled with/g],
  ['weights', /Starting to load model|Loading safetensors checkpoint shards|Loading weights on/g],
];

/** At which step the allocation that is reported at `at` failed. */
export function oomStage(text: string, at: number): OomStage {
  const before = text.slice(Math.max(0, at - WINDOW_CHARS), at + 400);
  const start = before.lastIndexOf('Traceback (most recent call last)', before.length - 400);
  const trace = start >= 0 ? before.slice(start) : before;
  for (const [stage, frame] of FRAMES) if (frame.test(trace)) return stage;
  let latest: { stage: OomStage; at: number } = { stage: 'unknown', at: -1 };
  for (const [stage, line] of MILESTONES) {
    for (const found of text.slice(0, at + 1).matchAll(line)) if (found.index > latest.at) latest = { stage, at: found.index };
  }
  return latest.stage;
}
