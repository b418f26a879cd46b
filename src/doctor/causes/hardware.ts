import { type Cause, change, environment, outside } from '../cause.ts';
import { pattern } from '../pattern.ts';

/** The GPU, its driver, and what they cannot do. */
export const HARDWARE_CAUSES: readonly Cause[] = [
  {
    id: 'bf16-unsupported',
    title: 'The GPU has no bfloat16',
    patterns: [pattern('Bfloat16 is only supported on GPUs with compute capability of at least {least:num}')],
    rank: 'cause',
    explain: ({ readings: { gpuName, computeCapability } }) =>
      `${gpuName ?? 'The GPU'} has compute capability ${computeCapability ?? 'below 8.0'}; bfloat16 begins at 8.0.`,
    remedies: [change('halfPrecision')],
    source: 'vLLM platforms/cuda.py check_if_supports_dtype',
  },
  {
    id: 'quantization-capability',
    title: 'The GPU is too old for the format of the weights',
    patterns: [
      pattern('The quantization method {method:word} is not supported for the current GPU. Minimum capability: {least:int}'),
      /Quantization scheme is not supported for[\s',]*the current GPU\.[\s']*,?\s*'?Min capability: (?<least>\d+)/i,
      pattern('{method:word} quantization is currently only supported on'),
    ],
    rank: 'cause',
    explain: ({ facts, readings: { computeCapability } }) =>
      `${facts.method ? `The method ${facts.method}` : 'The scheme of this checkpoint'} needs compute capability ${Number(facts.least ?? 0) / 10 || 'higher'}, and the GPU has ${computeCapability ?? 'less'}.`,
    remedies: [change('formatForGpu'), outside('Serve the checkpoint on a newer GPU.', 'its kernels exist there')],
    source: 'vLLM model_executor/model_loader/weight_utils.py, layers/quantization get_min_capability',
  },
  {
    id: 'no-kernel-image',
    title: 'The installed build has no kernels for this GPU',
    patterns: [
      /no kernel image is available for execution on the device/i,
      /sm_\d+ is not compatible with the current PyTorch installation/i,
      /ptxas fatal\s*: Value 'sm_\w+' is not defined/,
    ],
    rank: 'cause',
    explain: ({ readings: { gpuName } }) =>
      `vLLM, torch or an extension was compiled without code for ${gpuName ?? 'this GPU'} (it is newer or older than that build).`,
    remedies: [
      outside(
        'Install a build whose CUDA version knows the GPU (Blackwell: a cu128 or newer wheel or image), or build vLLM with TORCH_CUDA_ARCH_LIST set to it.',
        'the kernels exist',
      ),
    ],
    source: 'https://docs.vllm.ai/en/latest/getting_started/installation/gpu.html',
  },
  {
    id: 'driver-too-old',
    title: 'The driver is older than the CUDA of this build',
    patterns: [
      /CUDA driver version is insufficient for CUDA runtime version/i,
      /The NVIDIA driver on your system is too old \(found version (?<found>\d+)/i,
      /the provided PTX was compiled with an unsupported toolchain/i,
      /requirement error: unsatisfied condition: cuda>=(?<need>[\d.]+)/i,
      /forward compatibility was attempted on non supported HW/i,
      /system has unsupported display driver \/ cuda driver combination/i,
    ],
    rank: 'cause',
    explain: ({ facts }) =>
      `The build needs ${facts.need ? `CUDA ${facts.need}` : 'a newer CUDA'} than the driver offers${facts.found ? ` (version ${facts.found})` : ''}.`,
    remedies: [
      outside(
        'Update the NVIDIA driver, or install a vLLM build for an older CUDA (a wheel or image tag with cu12…).',
        'driver and build agree',
      ),
    ],
    source: 'CUDA error codes 35, 222, 803, 804; https://docs.nvidia.com/deploy/cuda-compatibility/',
  },
  {
    id: 'no-gpu',
    title: 'No GPU is visible to the engine',
    patterns: [
      /Torch not compiled with CUDA enabled/i,
      /No CUDA GPUs are available/i,
      /Failed to infer device type/i,
      /no CUDA-capable device is detected/i,
      /Found no NVIDIA driver on your system/i,
      /NVML Shared Library Not Found|libnvidia-ml\.so\.1/i,
      /could not select device driver "" with capabilities/i,
      /CUDA (?:error: )?unknown error[^\n]{0,120}(?:CUDA_VISIBLE_DEVICES|incorrectly set up)/i,
      /Can't initialize NVML|NVMLError_\w+/,
      /invalid device ordinal/i,
    ],
    rank: 'cause',
    explain: () =>
      'torch or the driver library finds no GPU: the container was started without one, the driver is missing, or a CPU build of torch is installed.',
    remedies: [
      outside(
        'Start the container with `--gpus all` (Kubernetes: `nvidia.com/gpu`), check `nvidia-smi` inside it, and install the CUDA build of torch that this vLLM names.',
        'the engine sees the GPU',
      ),
    ],
    source: 'vLLM platforms/__init__.py, torch cuda/__init__.py _lazy_init',
  },
  {
    id: 'system-not-initialized',
    title: 'The NVSwitch fabric is not up',
    patterns: [/system not yet initialized/i, /CUDA error 802|Error 802/i],
    rank: 'cause',
    explain: () => 'On machines with NVSwitch CUDA only works while nvidia-fabricmanager of exactly the driver version runs.',
    remedies: [outside('Start nvidia-fabricmanager in the version of the driver.', 'CUDA can initialise the GPUs')],
    source: 'CUDA error code 802, CUDA_ERROR_SYSTEM_NOT_READY',
  },
  {
    id: 'tp-exceeds-gpus',
    title: 'The layout needs more GPUs than there are',
    patterns: [
      /World size \((?<need>\d+)\) is larger than the number of available GPUs \((?<have>\d+)\)/i,
      /Tensor parallel size \((?<need>\d+)\) exceeds available GPUs \((?<have>\d+)\)/i,
      /Tensor parallel size \((?<need>\d+)\) cannot be larger than the number of available GPUs/i,
      /world size[^\n]{0,40}\((?<need>\d+)\)[^\n]{0,80}(?:greater|larger|more)[^\n]{0,60}GPUs/i,
      /number of required GPUs exceeds the total number of available GPUs/i,
      /please set tensor_parallel_size \((?<need>\d+)\) to less than max local gpu count \((?<have>\d+)\)/i,
      /DP adjusted local rank \d+ is out of bounds/i,
    ],
    rank: 'cause',
    explain: ({ facts }) => `The layout takes ${facts.need ?? 'more'} GPUs, and the engine sees ${facts.have ?? 'fewer'}.`,
    remedies: [
      change('layoutOfGpus'),
      outside(
        'Start the engine where that many GPUs are visible (CUDA_VISIBLE_DEVICES, the Ray cluster, the request of the pod).',
        'the layout has its GPUs',
      ),
    ],
    source: 'vLLM config/parallel.py, executor/ray_utils.py',
  },
  {
    id: 'attention-unsupported',
    title: 'No attention kernel for this combination of GPU, head size and types',
    patterns: [
      /No valid attention backend found/i,
      /Head size (?<head>\d+) is not supported/i,
      /Unsupported head[_ ](?:size|dim)/i,
      /FlashAttention only supports Ampere GPUs or newer/i,
      /FlashAttention (?:v\d |only )?[^\n]{0,80}(?:not support|requires|only supports)/i,
      /(?:fp8|FP8)[ _-]?(?:e\dm\d)?[^\n]{0,40}(?:kv|KV)[^\n]{0,80}(?:not supported|unsupported)/,
      /kv[_ ]cache[_ ]dtype[^\n]{0,80}(?:not supported|unsupported)/i,
      /type fp8e4nv not supported in this architecture/i,
      /Selected backend[^\n]{0,80}is not valid for this configuration/i,
    ],
    rank: 'cause',
    explain: ({ facts, readings: { gpuName } }) =>
      `No attention backend takes ${facts.head ? `head size ${facts.head}` : 'these types'} on ${gpuName ?? 'this GPU'}.`,
    remedies: [
      change('defaultKvDtype', 'defaultBackend'),
      environment('VLLM_ATTENTION_BACKEND', 'TRITON_ATTN', 'the Triton kernels, which take most combinations'),
    ],
    source: 'vLLM v1/attention/backends, platforms/cuda.py get_attn_backend_cls',
  },
  {
    id: 'gpu-fault',
    title: 'A kernel failed on the GPU',
    patterns: [
      /CUDA error: an illegal memory access was encountered/i,
      /CUDA error: device-side assert triggered/i,
      /CUDA error: unspecified launch failure/i,
      /CUBLAS_STATUS_\w+/,
      /uncorrectable ECC error/i,
      /CUDA error: misaligned address/i,
      /CUDA error: invalid argument/i,
    ],
    rank: 'general',
    explain: () =>
      'A kernel crashed; without CUDA_LAUNCH_BLOCKING=1 the traceback may point elsewhere. Mostly a bug of a kernel for this model and GPU, seldom a faulty card.',
    remedies: [change('eager'), environment('CUDA_LAUNCH_BLOCKING', '1', 'the traceback then names the kernel that failed')],
    source: 'CUDA error codes 700, 710, 719',
  },
  {
    id: 'wsl-pin-memory',
    title: 'WSL has no pinned memory',
    patterns: [/pin_memory=False' as WSL is detected/i],
    rank: 'remark',
    explain: () => 'Transfers between host and GPU are slower under WSL; the engine starts all the same.',
    remedies: [outside('Nothing to do.', 'none')],
    source: 'vLLM platforms/interface.py is_pin_memory_available',
  },
];
