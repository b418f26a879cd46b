"""Build an empty stand-in for the GPU driver library (libcuda.so.1).

vLLM's extension modules link to the driver. Without one they do not load, and their operators (which
have meta kernels and shape rules we need) do not exist. The stand-in has every driver symbol that the
installed libraries ask for; each function reports "no device". Nothing is ever computed with it.
"""

import ctypes
import pathlib
import subprocess
import tempfile

NO_DEVICE = 100  # CUDA_ERROR_NO_DEVICE


def _driver_symbols(libraries):
    names = set()
    for library in libraries:
        listing = subprocess.run(
            ["nm", "-D", "--undefined-only", str(library)], capture_output=True, text=True, check=False
        ).stdout
        for line in listing.splitlines():
            name = line.split()[-1].split("@")[0]
            if name.startswith("cu") and len(name) > 2 and name[2].isupper():
                names.add(name)
    return sorted(names)


def load(package_dir):
    """Compile the stand-in for the libraries under package_dir and load it for the whole process."""
    libraries = list(pathlib.Path(package_dir).rglob("*.so"))
    build_dir = pathlib.Path(tempfile.mkdtemp(prefix="stub-driver-"))
    source = build_dir / "stub.c"
    source.write_text("".join(f"int {name}(void) {{ return {NO_DEVICE}; }}\n" for name in _driver_symbols(libraries)))
    library = build_dir / "libcuda.so.1"
    subprocess.run(
        ["gcc", "-shared", "-fPIC", "-w", "-Wl,-soname,libcuda.so.1", "-o", str(library), str(source)], check=True
    )
    ctypes.CDLL(str(library), mode=ctypes.RTLD_GLOBAL)
