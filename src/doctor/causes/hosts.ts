import { type Cause, change, environment, outside } from '../cause.ts';

/** The host or container around the engine, and messages that only say that something else failed. */
export const HOST_CAUSES: readonly Cause[] = [
  {
    id: 'user-unknown',
    title: 'The container runs as a user that has no name',
    patterns: [/getpwuid\(\): uid not found: (?<uid>\d+)/i],
    rank: 'cause',
    explain: ({ facts }) =>
      `User id ${facts.uid ?? ''} is not in /etc/passwd, and torch asks for its name to place a cache (OpenShift and \`--user\` do that).`,
    remedies: [
      environment('USER', 'vllm', 'the name is taken from the variable'),
      outside('Run the container as a user that the image knows, with HOME set to a folder that it may write.', 'the name is found'),
    ],
    source: 'torch _inductor/runtime/cache_dir_utils.py default_cache_dir',
  },
  {
    id: 'cache-not-writable',
    title: 'A cache folder is not writable',
    patterns: [
      /CacheNotFound: Cache directory not found/i,
      /PermissionError: \[Errno 13\][^\n]{0,40}'(?<path>[^']+)'/i,
      /Permission denied: '(?<path>[^']+)'/i,
      /Read-only file system[^\n]{0,20}'?(?<path>\/[^'\n]*)?/i,
      /There was a problem when trying to write in your cache folder/i,
    ],
    rank: 'cause',
    explain: ({ facts }) => `The engine may not write ${facts.path ?? 'its cache folder'}.`,
    remedies: [
      environment('HOME', '/tmp', 'caches of vLLM, torch, Triton and the Hub go to a folder that can be written'),
      outside('Mount a writable volume there, or change its owner.', 'the folder can be written'),
    ],
    source: 'vLLM envs.py VLLM_CACHE_ROOT, huggingface_hub constants.py HF_HOME',
  },
  {
    id: 'disk-full',
    title: 'The disk is full',
    patterns: [/No space left on device/i, /\[Errno 28\]/, /StorageFull/, /Not enough free disk space/i],
    rank: 'cause',
    explain: () => 'The weights, or the caches of the compilers, do not fit on the disk that they are written to.',
    remedies: [outside('Free space, or set HF_HOME (and VLLM_CACHE_ROOT) to a disk that holds the checkpoint.', 'the download can finish')],
    source: 'errno ENOSPC',
  },
  {
    id: 'host-memory',
    title: 'The kernel or the container runtime killed a process: host memory ran out',
    patterns: [
      /cudaHost(?:Alloc|Register)[^\n]{0,80}(?:fail|error)/i,
      /OOMKilled/,
      /exit(?:ed)?(?: with)?(?: code| status)?:? ?137\b/i,
      /died[^\n]{0,40}(?:exit ?code:? ?-9|\(-9\))/i,
      /worker died \(-9\)|exitcode[=:]? ?-9|signal 9\b|SIGKILL/i,
      /killed due to the node running low on memory/i,
      /^\s*Killed\s*$/m,
      /Cannot allocate memory|DefaultCPUAllocator: can't allocate memory/i,
      /std::bad_alloc|\bMemoryError\b/,
    ],
    rank: 'cause',
    explain: () =>
      'Loading needs host memory too (the page cache of the checkpoint, pinned buffers, one copy a worker), and more was used than the host or the limit of the container allows.',
    remedies: [
      outside(
        'Raise the memory limit of the container (the size of the checkpoint and 10 GiB more is enough for one engine), or add swap.',
        'the workers stay alive',
      ),
      change('noOffload'),
    ],
    source: 'Linux OOM killer; Kubernetes exit code 137',
  },
  {
    id: 'open-files',
    title: 'Too many open files or processes',
    patterns: [/(?<!errors like `OSError: \[Errno 24\] )Too many open files/i, /can't start new thread|Resource temporarily unavailable/i],
    rank: 'cause',
    explain: () => 'A limit of the host (files, processes) is too low for the workers.',
    remedies: [
      outside('Raise it: `ulimit -n 65535`, `ulimit -u unlimited`, or `--ulimit` of the container.', 'the workers can open what they need'),
    ],
    source: 'errno EMFILE, EAGAIN',
  },
  {
    id: 'terminated',
    title: 'Something outside ended the engine',
    patterns: [
      /(?:Liveness|Startup|Readiness) probe failed/i,
      /exit(?:ed)?(?: with)?(?: code| status)?:? ?143\b/i,
      /exit ?code:? ?-15/i,
      /Received signal (?:15|SIGTERM)|\bSIGTERM\b|KeyboardInterrupt/,
    ],
    rank: 'general',
    explain: () =>
      'The process got SIGTERM or Ctrl-C: a liveness or startup probe with too little patience, a job limit, or another worker that failed first.',
    remedies: [
      outside(
        'Give the startup probe as long as loading and compiling take (minutes), and look further up for an earlier error.',
        'the engine has time to start',
      ),
    ],
    source: 'Linux signals; Kubernetes exit code 143',
  },
  {
    id: 'worker-died',
    title: 'A worker process died without a word',
    patterns: [
      /Illegal instruction/i,
      /exit(?:ed)?(?: with)?(?: code| status)?:? ?139\b/i,
      /Worker ?[Pp]roc \S+ died unexpectedly/,
      /got fatal signal from worker processes/i,
      /Worker VllmWorkerProcess pid \d+ died/i,
      /ActorDiedError|RayActorError|raylet[^\n]{0,80}(?:died|terminated)/i,
      /(?:realloc|malloc|free|munmap_chunk)\(\)[^\n]{0,40}(?:invalid|corrupt)|double free or corruption/i,
      /EngineCore\w*'?: -\d+/,
      /One or more workers (?:failed|died)/i,
      /Segmentation fault|SIGSEGV|exit ?code:? ?-11\b|core dumped/i,
    ],
    rank: 'wrapper',
    explain: () =>
      'This line only says that a worker is gone; its own message stands earlier, in the log of that worker, or in dmesg where the kernel killed it.',
    remedies: [
      outside(
        'Look further up, in `dmesg` and at the exit code of the container; start once with VLLM_LOGGING_LEVEL=DEBUG and --enforce-eager.',
        'the real reason shows',
      ),
    ],
    source: 'vLLM v1/executor/multiproc_executor.py',
  },
  {
    id: 'engine-core-failed',
    title: 'The engine core did not start',
    patterns: [
      /Frontend process failed during engine core initialization|Input socket thread died during startup|RuntimeError: Executor failed/i,
      /Did not receive response from front-end process/i,
      /Timed out waiting for engine (?:core )?process/i,
      /Engine core initialization failed/i,
      /Engine core proc\w* \S+ died unexpectedly/i,
      /EngineCore failed to start|EngineCore hit an exception|EngineCore encountered a fatal error/i,
      /Engine process failed to start/i,
      /EngineDeadError|EngineCore_DP\d+ died/i,
      /AsyncEngineDeadError|MQEngineDeadError/,
      /WorkerProc failed to start|WorkerProc hit an exception|WorkerProc initialization failed due to an exception/i,
    ],
    rank: 'wrapper',
    explain: () => 'This line only reports the failure; the root cause is an exception further up, which this paste does not contain.',
    remedies: [outside('Paste the log from its first line on: the first traceback names the cause.', 'the real reason shows')],
    source: 'vLLM v1/engine/utils.py, v1/engine/core.py',
  },
];
