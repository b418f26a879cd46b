import { type Cause, change, environment, outside } from '../cause.ts';

/** Compilers, extensions and packages. */
export const BUILD_CAUSES: readonly Cause[] = [
  {
    id: 'flashinfer-jit',
    title: 'FlashInfer cannot compile a kernel',
    patterns: [
      /nvcc fatal/i,
      /flashinfer[^\n]{0,200}(?:ninja|nvcc|cached_ops)/i,
      /(?:Ninja build failed|Error building extension|ninja: build stopped)/i,
      /Could not find nvcc|nvcc(?:: command)? not found|No such file or directory: '[^']*nvcc'/i,
      /No such file or directory: 'ninja'|Ninja is required to load C\+\+ extensions/i,
      /CUDA_HOME (?:environment variable )?is not set/i,
      /\/flashinfer\/jit\//,
    ],
    rank: 'cause',
    explain: () =>
      'FlashInfer compiles kernels when they are first used, and finds no nvcc, no ninja, or a CUDA toolkit that does not go with torch.',
    remedies: [
      environment('VLLM_USE_FLASHINFER_SAMPLER', '0', "sampling by vLLM's own kernels, which need no compiler"),
      outside(
        'Install the CUDA toolkit of torch’s CUDA version and ninja, and set CUDA_HOME to it; or use the vLLM image, which has the kernels.',
        'kernels can be compiled',
      ),
    ],
    source: 'flashinfer jit/cpp_ext.py; vLLM v1/sample/ops/topk_topp_sampler.py',
  },
  {
    id: 'compiler-missing',
    title: 'Triton finds no C compiler, header or library',
    patterns: [
      /Failed to find C compiler/i,
      /fatal error: (?<file>Python\.h|stddef\.h|cuda\.h|[\w/]+\.h): No such file or directory/i,
      /cannot find -l(?<file>cuda\w*)/i,
      /(?<file>libcuda\.so)[^\n]{0,40}cannot (?:be )?found/i,
      /No such file or directory: '(?<file>gcc|cc|g\+\+|ldconfig|\/sbin\/ldconfig)'/i,
      /(?:gcc|\bcc|clang|c\+\+)['"\s][^\n]{0,2000}returned non-zero exit status/i,
    ],
    rank: 'general',
    explain: ({ facts }) =>
      `Triton builds a small C module when the engine starts${facts.file ? `, and ${facts.file} is missing` : ', and that failed'}.`,
    remedies: [
      outside(
        'Install a C compiler and the Python headers (`apt-get install build-essential python3-dev`), and let the linker find libcuda.so; the vLLM image has all of them.',
        'the module can be built',
      ),
    ],
    source: 'triton runtime/build.py, backends/nvidia/driver.py',
  },
  {
    id: 'library-missing',
    title: 'A compiled part does not go with the rest of the installation',
    patterns: [
      /operator torchvision::\w+ does not exist/i,
      /'_OpNamespace' '\w+' object has no attribute/,
      /Could not run '[^']+' with arguments from the '/,
      /undefined symbol: (?<file>\w+)/i,
      /(?<!dlerror=)(?<file>lib\w+\.so[.\d]*): cannot open shared object file/i,
      /(?<file>vllm\._C|vllm\._moe_C|vllm\._rocm_C)[^\n]{0,80}(?:ImportError|No module|cannot)/i,
      /Failed to import from vllm\._C/i,
      /GLIBC(?:XX)?_[\d.]+' not found/i,
      /DLL load failed while importing/i,
    ],
    rank: 'cause',
    explain: ({ facts }) =>
      `${facts.file ?? 'A library'} is missing or of another version: vLLM, torch and CUDA were not installed together.`,
    remedies: [
      outside(
        'Install vLLM into a fresh environment (`uv pip install vllm --torch-backend=auto`), or use the image of that release.',
        'the parts go together',
      ),
    ],
    source: 'https://docs.vllm.ai/en/latest/getting_started/installation/gpu.html',
  },
  {
    id: 'package-version',
    title: 'A Python package is missing or has the wrong version',
    patterns: [
      /AttributeError: '(?:dict|\w+Config)' object has no attribute/,
      /Error: [^\n]{0,160}[Pp]lease install [^\n]{0,60}(?:via|with|using) `/,
      /Support for Transformers v4[^\n]{0,60}removed/i,
      /ImportError: [^\n]{0,120}is required for[^\n]{0,60}install/i,
      /hf_transfer'? package is not available/i,
      /Numpy is not available/i,
      /ModuleNotFoundError: No module named '(?<name>[^']+)'/,
      /ImportError: cannot import name '(?<name>[^']+)' from '(?:transformers|huggingface_hub|torch|numpy|pydantic|xgrammar|outlines|vllm)/,
      /ImportError: (?<name>\S+)[^\n]{0,80}is required[^\n]{0,60}but found/i,
      /A module that was compiled using NumPy 1\.x cannot be run in/i,
    ],
    rank: 'general',
    explain: ({ facts }) => `${facts.name ?? 'A package'} cannot be imported in the version that this vLLM expects.`,
    remedies: [
      outside(
        'Install vLLM into a fresh environment, without upgrading transformers, torch or numpy past what it names.',
        'the packages go together',
      ),
    ],
    source: 'vLLM requirements/common.txt',
  },
  {
    id: 'torch-compile',
    title: 'torch.compile failed',
    patterns: [
      /torch\._dynamo\.exc\.\w+/,
      /torch\._inductor\.exc\.\w+|InductorError/,
      /BackendCompilerFailed|backend='?(?:inductor|<vllm)/i,
      /PassManager::run failed|triton\.compiler\.errors\.CompilationError|OutOfResources: out of resource: shared memory/i,
      /LLVM ERROR/,
    ],
    rank: 'general',
    explain: () => 'Dynamo, Inductor or Triton could not compile the model for this GPU.',
    remedies: [
      change('eager'),
      outside('Delete the compile cache (~/.cache/vllm/torch_compile_cache) where the release was changed since.', 'nothing stale is used'),
    ],
    source: 'https://docs.vllm.ai/en/latest/design/torch_compile.html',
  },
];
