"""Make vLLM on a machine without a GPU believe that it sees one.

Only the driver's answers are replaced (NVML calls and torch.cuda queries). vLLM's own code is left as it
is, so every default and rule that it derives from the card comes out as on the real card.

Import and call `install()` before anything of vLLM is imported.
"""

import importlib.abc
import importlib.util
import pathlib
import sys
import types

import stub_driver

MIB = 1 << 20

# name, compute capability, NVML total bytes, total bytes as CUDA reports it, multiprocessors
CARDS = {
    "h100": ("NVIDIA H100 80GB HBM3", (9, 0), 81559 * MIB, 85_029_158_912, 132),
    "a100": ("NVIDIA A100-SXM4-80GB", (8, 0), 81920 * MIB, 85_093_515_264, 108),
    "l4": ("NVIDIA L4", (8, 9), 23034 * MIB, 23_659_151_360, 58),
    "b200": ("NVIDIA B200", (10, 0), 183359 * MIB, 191_506_677_760, 148),
    "rtxpro6000": ("NVIDIA RTX PRO 6000 Blackwell Server Edition", (12, 0), 97887 * MIB, 101_973_164_032, 188),
}
COUNT = 8


def _nvml_answers(name, capability, nvml_total):
    memory = types.SimpleNamespace(total=nvml_total, free=nvml_total, used=0)
    return {
        "nvmlInit": lambda *a: None,
        "nvmlShutdown": lambda *a: None,
        "nvmlDeviceGetCount": lambda: COUNT,
        "nvmlDeviceGetHandleByIndex": lambda index: index,
        "nvmlDeviceGetCudaComputeCapability": lambda handle: capability,
        "nvmlDeviceGetMemoryInfo": lambda handle, version=None: memory,
        "nvmlDeviceGetName": lambda handle: name,
        "nvmlDeviceGetUUID": lambda handle: f"GPU-{handle}",
        "nvmlDeviceGetP2PStatus": lambda a, b, index: 0,
    }


def _patch_torch(torch, name, capability, cuda_total, multiprocessors):
    properties = types.SimpleNamespace(
        name=name,
        major=capability[0],
        minor=capability[1],
        total_memory=cuda_total,
        multi_processor_count=multiprocessors,
        shared_memory_per_block_optin=232448 if capability[0] >= 9 else 166912,
        shared_memory_per_multiprocessor=233472 if capability[0] >= 9 else 167936,
        warp_size=32,
        max_threads_per_multi_processor=2048,
        regs_per_multiprocessor=65536,
        L2_cache_size=50 * MIB,
        is_integrated=False,
        gcnArchName="",
        uuid="GPU-0",
    )
    cuda = torch.cuda
    cuda.device_count = lambda: COUNT
    cuda._device_count_nvml = lambda: COUNT
    cuda.current_device = lambda: 0
    cuda.set_device = lambda device: None
    cuda.get_device_capability = lambda device=None: capability
    cuda.get_device_name = lambda device=None: name
    cuda.get_device_properties = lambda device=None: properties
    cuda.mem_get_info = lambda device=None: (cuda_total, cuda_total)
    cuda.synchronize = lambda device=None: None
    cuda.empty_cache = lambda: None


def _patch_triton(torch, capability):
    """Kernels are declared at import time and some look at the active device then; none is ever launched."""
    import triton
    from triton.backends.compiler import GPUTarget

    target = GPUTarget("cuda", capability[0] * 10 + capability[1], 32)
    utils = types.SimpleNamespace(
        get_device_properties=lambda device: {"max_shared_mem": 232448, "multiprocessor_count": 132, "warpSize": 32}
    )
    active = types.SimpleNamespace(
        get_current_target=lambda: target,
        get_current_device=lambda: 0,
        get_active_torch_device=lambda: torch.device("cuda", 0),
        get_device_interface=lambda: torch.cuda,
        is_active=lambda: True,
        utils=utils,
    )
    triton.runtime.driver.set_active(active)


def _patch_host_memory():
    """A host of 1 TiB: old versions refuse a swap space of 4 GiB a rank that the host cannot hold."""
    import psutil

    measured = psutil.virtual_memory
    psutil.virtual_memory = lambda: measured()._replace(total=1 << 40, available=1 << 40)


class _NvmlFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Load vLLM's NVML binding as usual, then put our answers in it (vLLM asks while it is being imported)."""

    name = "vllm.third_party.pynvml"

    def __init__(self, path, answers):
        self.path = path
        self.answers = answers

    def find_spec(self, fullname, path=None, target=None):
        if fullname != self.name:
            return None
        return importlib.util.spec_from_file_location(fullname, self.path, loader=self)

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        exec(compile(pathlib.Path(self.path).read_text(), str(self.path), "exec"), module.__dict__)
        module.__dict__.update(self.answers)


class _EmptyCompiledFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Empty modules for vLLM's compiled ones, for versions of which only the Python files are there."""

    def find_spec(self, fullname, path=None, target=None):
        parts = fullname.split(".")
        if len(parts) == 2 and parts[0] == "vllm" and parts[1].startswith("_"):
            return importlib.util.spec_from_loader(fullname, self)
        return None

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        pass


def install(card="h100", compiled=True):
    """Answer every device query for the named card; with compiled=True also make vLLM's compiled modules load."""
    import torch

    name, capability, nvml_total, cuda_total, multiprocessors = CARDS[card]
    package = pathlib.Path(importlib.util.find_spec("vllm").origin).parent
    if compiled:
        stub_driver.load(package)
    else:
        sys.meta_path.append(_EmptyCompiledFinder())
    _patch_torch(torch, name, capability, cuda_total, multiprocessors)
    _patch_triton(torch, capability)
    _patch_host_memory()

    binding = package / "third_party" / "pynvml.py"
    sys.meta_path.insert(0, _NvmlFinder(binding, _nvml_answers(name, capability, nvml_total)))
