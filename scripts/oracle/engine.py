"""Ask the installed vLLM what it would do with a model and a `vllm serve` command line, without a GPU.

Everything here calls vLLM's own functions. What stands in for the machine: the driver (fake_gpu), the process
groups (parallel), the weights (the meta device: shapes and types, no memory) and the memory measurement, which
the caller gives.
"""

import contextlib
import importlib
import importlib.util
import json
import logging
import pathlib
import re
import tempfile
import types

import parallel


def write_model_dir(record, directory):
    """Lay out one record of the models folder as a checkpoint folder without weights (and without remote code)."""
    directory = pathlib.Path(directory)
    config = {key: value for key, value in record["config"].items() if key != "auto_map"}
    (directory / "config.json").write_text(json.dumps(config))
    if record.get("hf_quant_config"):
        (directory / "hf_quant_config.json").write_text(json.dumps(record["hf_quant_config"]))
    return str(directory)


def load_record(models_dir, name):
    return json.loads((pathlib.Path(models_dir) / f"{name}.json").read_text())


_PARSER_MODULES = (
    "vllm.entrypoints.common.cli_args",  # 0.33
    "vllm.entrypoints.launchers.cli_args",  # 0.29 to 0.32
    "vllm.entrypoints.openai.cli_args",  # up to 0.28
)


def _exists(module):
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def serve_parser():
    """The parser of `vllm serve`, wherever this version keeps it."""
    module = next(name for name in _PARSER_MODULES if _exists(name))
    make = importlib.import_module(module).make_arg_parser
    for module in ("vllm.utils.argparse_utils", "vllm.utils"):
        with contextlib.suppress(ImportError, AttributeError):
            parser_class = importlib.import_module(module).FlexibleArgumentParser
            break
    return make(parser_class(prog="vllm serve"))


def build_config(argv, parser=None):
    """VllmConfig as `vllm serve` builds it from these arguments (usage context: API server)."""
    from vllm.engine.arg_utils import AsyncEngineArgs
    from vllm.model_executor.models import registry
    from vllm.usage.usage_lib import UsageContext

    # A model's class is inspected in a second process, which would not have our driver answers.
    registry._run_in_subprocess = lambda function: function()
    args = (parser or serve_parser()).parse_args(argv)
    if getattr(args, "model_tag", None):
        args.model = args.model_tag
    return AsyncEngineArgs.from_cli_args(args).create_engine_config(usage_context=UsageContext.OPENAI_API_SERVER)


def instantiate(vllm_config, pp_rank=0):
    """The modules of one rank on the meta device: [model] or, with an MTP drafter, [model, drafter]."""
    from vllm.config import set_current_vllm_config
    from vllm.model_executor.model_loader.utils import initialize_model

    import meta

    parallel.become(vllm_config, pp_rank)
    _prepare_workspace()
    with set_current_vllm_config(vllm_config), meta.meta_device(vllm_config.model_config.dtype):
        models = [initialize_model(vllm_config=vllm_config)]
        layers = vllm_config.compilation_config.static_forward_context
        target_layers = set(layers)
        if vllm_config.speculative_config is not None:
            draft_config = vllm_config.speculative_config.draft_model_config
            models.append(initialize_model(vllm_config=vllm_config, model_config=draft_config))
        for name in set(layers) - target_layers:
            layers[name].is_draft_layer = True
    return models


def _prepare_workspace():
    """The worker makes its scratch-space manager before the model; some layers reserve from it."""
    import torch

    with contextlib.suppress(ImportError, AttributeError):
        workspace = importlib.import_module("vllm.v1.worker.workspace")
        workspace.init_workspace_manager(torch.device("meta"))


def kv_cache_specs(vllm_config):
    """Specs of the layers registered by `instantiate`, as the version's model runner collects them."""
    from vllm.config import set_current_vllm_config

    with set_current_vllm_config(vllm_config):
        if getattr(vllm_config, "use_v2_model_runner", False):
            from vllm.v1.worker.gpu import attn_utils

            return attn_utils.get_kv_cache_spec(vllm_config)
        from vllm.v1.worker.gpu_model_runner import GPUModelRunner

        runner = types.SimpleNamespace(
            vllm_config=vllm_config,
            cache_config=vllm_config.cache_config,
            model_config=vllm_config.model_config,
            compilation_config=vllm_config.compilation_config,
            parallel_config=vllm_config.parallel_config,
            speculative_config=vllm_config.speculative_config,
            block_size=vllm_config.cache_config.block_size,
            shared_kv_cache_layers={},
            attention_chunk_size=getattr(vllm_config.model_config, "attention_chunk_size", None),
            kv_cache_dtype=None,
        )
        return GPUModelRunner.get_kv_cache_spec(runner)


def settle_block_size(vllm_config):
    """What the executor does right after loading: block sizes follow from the attention backends."""
    from vllm.platforms import current_platform

    settle = getattr(current_platform, "update_block_size_for_backend", None)  # None in versions without it
    if callable(settle):
        settle(vllm_config)


class _Executor:
    """The part of an executor that the engine core talks to while it lays out the KV cache."""

    def __init__(self, vllm_config, specs, available):
        self.vllm_config = vllm_config
        self.specs = specs
        self.available = available
        self.kv_cache_configs = None

    def get_kv_cache_specs(self):
        return [dict(spec) for spec in self.specs]

    def determine_available_memory(self):
        return [self.available] * len(self.specs)

    def get_supported_kv_cache_layouts(self):
        from vllm.v1.worker.worker_base import WorkerBase

        return [WorkerBase.get_supported_kv_cache_layouts(self)] * len(self.specs)

    def initialize_from_config(self, configs):
        self.kv_cache_configs = configs

    def __getattr__(self, name):
        return lambda *args, **kwargs: None


class _Messages(logging.Handler):
    def __init__(self):
        super().__init__(logging.INFO)
        self.lines = []

    def emit(self, record):
        self.lines.append(record.getMessage())


_MUTABLE = ("cache_config", "model_config", "scheduler_config", "parallel_config", "attention_config")


@contextlib.contextmanager
def _restored(vllm_config):
    parts = [getattr(vllm_config, name) for name in _MUTABLE if getattr(vllm_config, name, None) is not None]
    before = [dict(vars(part)) for part in parts]
    try:
        yield
    finally:
        for part, values in zip(parts, before, strict=False):
            part.__dict__.clear()
            part.__dict__.update(values)


def lay_out_kv_cache(vllm_config, specs, available):
    """Run the engine core's own KV-cache start-up with `available` bytes on every worker.

    Returns (scheduler config of the cache, worker configs, log lines, numbers left in the config objects).
    Raises ValueError with vLLM's message where vLLM would refuse to start.
    """
    import vllm.logger as vllm_logger
    from vllm.config import set_current_vllm_config
    from vllm.v1.engine.core import EngineCore

    for once in ("_print_info_once", "_print_warning_once"):
        if hasattr(vllm_logger, once):
            getattr(vllm_logger, once).cache_clear()
    executor = _Executor(vllm_config, specs, available)
    core = types.SimpleNamespace(
        model_executor=executor,
        available_gpu_memory_for_kv_cache=-1,
        vllm_config=vllm_config,
        collective_rpc=lambda *args, **kwargs: None,
    )
    messages = _Messages()
    log = logging.getLogger("vllm")
    log.addHandler(messages)
    level = log.level
    log.setLevel(logging.INFO)
    try:
        with _restored(vllm_config), set_current_vllm_config(vllm_config):
            result = EngineCore._initialize_kv_caches(core, vllm_config)
            cache = result[-1] if isinstance(result, tuple) else result
            after = {
                "block_size": vllm_config.cache_config.block_size,
                "max_model_len": vllm_config.model_config.max_model_len,
                "tokens": getattr(vllm_config.cache_config, "kv_cache_size_tokens", None),
                "concurrency": getattr(vllm_config.cache_config, "kv_cache_max_concurrency", None),
            }
    finally:
        log.removeHandler(messages)
        log.setLevel(level)
    return cache, executor.kv_cache_configs, messages.lines, after


def smallest_budget(vllm_config, specs, upper=1 << 46):
    """The fewest available bytes with which vLLM starts (it holds one request of max_model_len)."""

    def starts(available):
        try:
            lay_out_kv_cache(vllm_config, specs, available)
        except ValueError:
            return False
        return True

    if not starts(upper):
        return None
    low, high = 0, upper
    while high - low > 1:
        middle = (low + high) // 2
        if starts(middle):
            high = middle
        else:
            low = middle
    return high


def reported(lines):
    """The numbers of the start-up lines 'GPU KV cache size' and 'Maximum concurrency'."""
    tokens = concurrency = None
    for line in lines:
        if found := re.search(r"KV cache size: ([\d,]+) tokens", line):
            tokens = int(found.group(1).replace(",", ""))
        if found := re.search(r"Maximum concurrency for [\d,]+ tokens per request: ([\d.]+)x", line):
            concurrency = found.group(1)
    return tokens, concurrency


@contextlib.contextmanager
def checkpoint(record):
    with tempfile.TemporaryDirectory(prefix="oracle-model-") as directory:
        yield write_model_dir(record, directory)


def preload():
    """Import what every case needs, once, before the cases fork."""
    serve_parser()
    for module in (
        "vllm.v1.engine.core",
        "vllm.v1.worker.gpu_model_runner",
        "vllm.v1.worker.gpu_worker",
        "vllm.model_executor.model_loader.utils",
        "vllm.model_executor.layers.fused_moe",
        "vllm.model_executor.models.llama",
    ):
        with contextlib.suppress(ImportError):
            importlib.import_module(module)
