"""Dump the `vllm serve` argument parser, of the installed vLLM or of other versions' Python files.

    python record_args.py --out DIR [UNPACKED_WHEEL ...]

An unpacked wheel runs with the dependencies of this environment (building the parser needs no compiled code). The
dependencies are imported once and each version gets a process of its own. Writes DIR/<version>.json.
"""

import argparse
import contextlib
import importlib
import json
import os
import sys
import typing

DEPENDENCIES = (
    "torch", "torch._inductor.config", "torch._dynamo", "triton", "transformers", "transformers.models.auto", "openai", "fastapi",
    "uvicorn", "prometheus_client", "zmq", "msgspec", "PIL", "huggingface_hub", "compressed_tensors", "mistral_common", "cv2",
    "openai.types.responses", "anthropic", "mcp", "aiohttp", "outlines_core", "lark", "gguf", "numba",
)


def _inner_types(function):
    """The converter and what its closure holds: vLLM wraps int, float and json.loads in several ways."""
    seen, queue = [], [function]
    while queue:
        one = queue.pop()
        if one in seen:
            continue
        seen.append(one)
        for cell in getattr(one, "__closure__", None) or ():
            if callable(cell.cell_contents):
                queue.append(cell.cell_contents)
        if hasattr(one, "func"):  # functools.partial
            queue.append(one.func)
    return seen


def kind_of(action):
    boolean = (argparse.BooleanOptionalAction, argparse._StoreTrueAction, argparse._StoreFalseAction)
    if isinstance(action, boolean):
        return "bool"
    functions = _inner_types(action.type) if action.type else [str]
    names = {getattr(function, "__name__", "") for function in functions}
    if "human_readable_int_or_auto" in names:
        return "human-int-or-auto"
    if "human_readable_int" in names:
        return "human-int"
    if bool in functions or any("bool" in name for name in names):
        return "bool-value"
    if float in functions:
        return "float"
    if int in functions or any(isinstance(function, type) and issubclass(function, int) for function in functions):
        return "int"
    if "union_dict_and_str" in names:
        return "json-or-str"
    if json.loads in functions or "parse_dataclass" in names or "loads" in names or any("json" in name for name in names):
        return "json"
    return "str"


def _default(value):
    if value is None or value is argparse.SUPPRESS:
        return None
    if isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, (list, tuple)) and all(isinstance(item, (int, float, str)) for item in value):
        return list(value)
    name = getattr(value, "name", None) or getattr(value, "value", None)
    return name if isinstance(name, str) else None


def _switches_off(parser, action, name):
    """Whether this spelling of a boolean flag stores false for a flag whose first spelling stores true (or the reverse)."""
    stored = []
    for spelling in (action.option_strings[0], name):
        namespace = argparse.Namespace()
        action(parser, namespace, [], spelling)
        stored.append(getattr(namespace, action.dest))
    return stored[0] != stored[1]


def _choices(action):
    """Closed choices, or the values that an open option suggests (its metavar)."""
    for values, closed in ((action.choices, True), (action.metavar, False)):
        if isinstance(values, (list, tuple)) or closed and values:
            plain = {getattr(value, "value", value) for value in values}
            plain = {value for value in plain if isinstance(value, (int, str))}
            return sorted(plain, key=lambda value: (isinstance(value, str), value)), closed
    return None, True


def _hidden_spellings(parser, action):
    return [name for name, owner in parser._option_string_actions.items() if owner is action and name not in action.option_strings]


def describe(parser, action):
    spellings = [*action.option_strings, *_hidden_spellings(parser, action)]
    names = [option for option in spellings if option.startswith("--")]
    short = [option for option in spellings if not option.startswith("--")]
    answer = {"names": names, "kind": kind_of(action)}
    if short:
        answer["short"] = short
    if answer["kind"] == "bool":
        off = [name for name in names if _switches_off(parser, action, name)]
        answer["names"] = [name for name in names if name not in off]
        no_forms = {f"--no-{name[2:]}" for name in names}
        if no_forms & set(off):
            answer["negatable"] = True
        if inverse := [name for name in off if name not in no_forms]:
            answer["off"] = inverse
    else:
        choices, closed = _choices(action)
        if choices:
            answer["choices"] = choices
            if not closed:
                answer["open"] = True
    if (default := _default(action.default)) not in (None, [], ""):
        answer["default"] = default
    if action.nargs in ("*", "+", "?") or isinstance(action.nargs, int) and action.nargs > 0:
        answer["nargs"] = action.nargs
    if isinstance(action, argparse._AppendAction):
        answer["nargs"] = "append"
    if getattr(action, "deprecated", False) or "deprecat" in (action.help or "").lower()[:160]:
        answer["deprecated"] = True
    return answer


def _known_values():
    """Values that vLLM checks only after parsing."""
    values = {}
    with contextlib.suppress(ImportError):
        from vllm.model_executor.layers.quantization import QUANTIZATION_METHODS

        values["--quantization"] = sorted(QUANTIZATION_METHODS)
    with contextlib.suppress(ImportError):
        from vllm.config.cache import CacheDType

        values["--kv-cache-dtype"] = sorted(typing.get_args(CacheDType))
    for module in ("vllm.v1.attention.backends.registry", "vllm.attention.backends.registry"):
        with contextlib.suppress(ImportError):
            registry = importlib.import_module(module)
            values["--attention-backend"] = sorted(registry.AttentionBackendEnum.__members__)
            break
    return values


def _allow_registering_twice():
    """Old versions register configs that the installed Transformers has by now; that matters only for models."""
    import transformers

    register = transformers.AutoConfig.register
    transformers.AutoConfig.register = lambda model_type, config, exist_ok=False: register(model_type, config, exist_ok=True)


def dump(out_dir):
    """Write the parser of the vLLM that is first on the path."""
    import fake_gpu

    fake_gpu.install(compiled=False)
    _allow_registering_twice()
    import vllm

    import engine

    serve = engine.serve_parser()
    flags = [describe(serve, action) for action in serve._actions if action.option_strings and action.dest != "help"]
    values = _known_values()
    for flag in flags:
        if flag["names"][0] in values and ("choices" not in flag or flag.get("open")):
            flag["choices"] = values[flag["names"][0]]
            flag.pop("open", None)
    with open(f"{out_dir}/{vllm.__version__}.json", "w") as out:
        json.dump({"vllm": vllm.__version__, "flags": flags}, out, indent=0)
    print(vllm.__version__, len(flags), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", required=True)
    parser.add_argument("wheels", nargs="*")
    options = parser.parse_args()
    os.environ.update({"VLLM_LOGGING_LEVEL": "CRITICAL", "HF_HUB_OFFLINE": "1", "VLLM_NO_USAGE_STATS": "1"})
    sys.argv = ["vllm", "serve", "--help"]  # some versions read the help texts only then
    for dependency in DEPENDENCIES:
        with contextlib.suppress(ImportError):
            importlib.import_module(dependency)
    for wheel in options.wheels or [None]:
        if os.fork() == 0:
            if wheel:
                sys.path.insert(0, wheel)
            dump(options.out)
            os._exit(0)
        os.wait()


if __name__ == "__main__":
    main()
