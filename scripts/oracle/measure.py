"""Turn vLLM's objects into plain numbers for the golden files."""

import re

import engine

_VISION = re.compile(r"visual|vision|multi_modal_projector|mm_projector|image|patch_merger|pre_mm|embed_vision|audio")
_EMBED = re.compile(r"(embed_tokens|wte|word_embeddings|tok_embeddings|embedding|embed_positions|wpe)\b")
_HEAD = re.compile(r"(^|\.)(lm_head|output|embed_out)\.")
_LAYER = re.compile(r"(^|\.)(layers|h|blocks|block)\.\d+\.")


def _dtype(dtype):
    return str(dtype).replace("torch.", "")


def kind_of(name):
    if _VISION.search(name):
        return "vision"
    if _LAYER.search(name):
        return "layers"
    if _HEAD.search(name):
        return "lm_head"
    if _EMBED.search(name):
        return "embed"
    return "other"


def _bytes(tensor):
    return tensor.numel() * tensor.element_size()


def _sorted(counts):
    return dict(sorted(counts.items()))


def weights(model, with_tensors):
    """Bytes of parameters and buffers of one rank, before process_weights_after_loading."""
    by_dtype, by_kind, tensors, elements = {}, {}, {}, 0
    for name, tensor in model.named_parameters():
        size, dtype = _bytes(tensor), _dtype(tensor.dtype)
        elements += tensor.numel()
        by_dtype[dtype] = by_dtype.get(dtype, 0) + size
        kind = kind_of(name)
        by_kind[kind] = by_kind.get(kind, 0) + size
        pattern = re.sub(r"\.\d+(?=\.|$)", ".*", name)
        row = tensors.setdefault(pattern, [0, 0, dtype])
        row[0] += 1
        row[1] += size
    answer = {
        "parameter_bytes": sum(by_dtype.values()),
        "buffer_bytes": sum(_bytes(buffer) for buffer in model.buffers()),
        "elements": elements,
        "by_dtype": _sorted(by_dtype),
        "by_kind": _sorted(by_kind),
    }
    if with_tensors:
        answer["tensors"] = tensors
    return answer


_SPEC_FIELDS = (
    "block_size", "num_kv_heads", "head_size", "head_size_v", "sliding_window", "attention_chunk_size", "cache_dtype_str",
    "page_size_padded", "compress_ratio", "tokens_per_state", "state_content_bytes", "num_head_slots", "alignment",
    "mamba_type", "mamba_cache_mode", "num_speculative_blocks",
    "num_prefill_checkpoint_blocks", "prefill_checkpoint_alignment", "shapes",
)


def spec(one):
    """One layer's spec: what vLLM holds, with empty fields left out."""
    answer = {"kind": type(one).__name__, "page_bytes": one.page_size_bytes}
    for name in _SPEC_FIELDS:
        value = getattr(one, name, None)
        if value is None or (name == "head_size_v" and value == one.head_size):
            continue
        if name == "tokens_per_state" and value in (1, -1):
            continue
        if not isinstance(value, (int, str, bool)) or hasattr(value, "name"):
            value = [list(shape) for shape in value] if name == "shapes" else getattr(value, "name", str(value))
        answer[name] = value
    if hasattr(one, "dtypes"):
        answer["dtypes"] = [_dtype(dtype) for dtype in one.dtypes]
    elif getattr(one, "dtype", None) is not None:
        answer["dtype"] = _dtype(one.dtype)
    return answer


def _runs(items):
    """[how many, item] for each run of equal neighbours."""
    runs = []
    for item in items:
        if runs and runs[-1][1] == item:
            runs[-1][0] += 1
        else:
            runs.append([1, item])
    return runs


def layers(workers):
    """The distinct specs, and for each worker (pipeline stage) runs of [how many layers, index of the spec]."""
    distinct, lists = [], []
    for specs in workers:
        indices = []
        for one in specs.values():
            answer = spec(one)
            if answer not in distinct:
                distinct.append(answer)
            indices.append(distinct.index(answer))
        lists.append(_runs(indices))
    return {"specs": distinct, "layers": lists}


def groups(config):
    """Runs of [how many groups, what each is]."""
    answer = []
    for group in config.kv_cache_groups:
        one = group.kv_cache_spec
        answer.append({
            "layers": len(group.layer_names),
            "kind": type(one).__name__,
            "block_size": one.block_size,
            "page_bytes": one.page_size_bytes,
        })
    return _runs(answer)


def block_bytes(vllm_config, specs, available, num_blocks):
    """Bytes of one block on the widest worker, found by asking for budgets: blocks = floor(budget / bytes)."""
    low, high = available - available // num_blocks - 1, available
    while high - low > 1:
        middle = (low + high) // 2
        try:
            enough = engine.lay_out_kv_cache(vllm_config, specs, middle)[0].num_blocks >= num_blocks
        except ValueError:
            enough = False
        if enough:
            high = middle
        else:
            low = middle
    return high // num_blocks


def kv_cache(vllm_config, specs):
    if not any(specs):
        return {"specs": [], "layers": [[] for _ in specs], "groups": []}
    smallest = engine.smallest_budget(vllm_config, specs)
    budgets = []
    answer = {**layers(specs), "smallest_budget": smallest}
    if smallest is None:
        return answer
    for available in sorted((smallest, smallest * 5 // 2 + 12_345, max(57_123_456_789, smallest * 3))):
        cache, workers, lines, after = engine.lay_out_kv_cache(vllm_config, specs, available)
        tokens, concurrency = engine.reported(lines)
        budgets.append({"available": available, "num_blocks": cache.num_blocks, "tokens": tokens, "concurrency": concurrency})
    answer["groups"] = [groups(worker) for worker in workers]
    answer["block_bytes"] = block_bytes(vllm_config, specs, available, cache.num_blocks)
    answer["block_size_after"] = after["block_size"]
    layout = getattr(cache, "kv_cache_layout", None)
    if layout:
        answer["layout"] = layout
    answer["budgets"] = budgets
    too_small = smallest * 2 // 3
    try:
        engine.lay_out_kv_cache(vllm_config, specs, too_small)
    except ValueError as error:
        answer["too_small"] = {"available": too_small, "error": _error(error)}
    return answer


def _error(error):
    """The message up to its advice, which names web addresses."""
    return re.sub(r"\s*(Try increasing|See http).*", "", str(error), flags=re.S)


def config(vllm_config, block_size_at_start):
    model, cache = vllm_config.model_config, vllm_config.cache_config
    scheduler, parallel, compilation = vllm_config.scheduler_config, vllm_config.parallel_config, vllm_config.compilation_config
    sizes = compilation.cudagraph_capture_sizes
    total_layers = getattr(model.hf_text_config, "num_hidden_layers", None)
    answer = {
        "architecture": model.architecture,
        "max_model_len": model.max_model_len,
        "dtype": _dtype(model.dtype),
        "quantization": model.quantization,
        "vocab_size": model.get_vocab_size(),
        "total_kv_heads": model.get_total_num_kv_heads(),
        "kv_heads": model.get_num_kv_heads(parallel),
        "head_size": model.get_head_size(),
        "num_layers": total_layers,
        "use_mla": model.use_mla,
        "is_hybrid": model.is_hybrid,
        "is_multimodal": model.is_multimodal_model,
        "max_num_batched_tokens": scheduler.max_num_batched_tokens,
        "max_num_seqs": scheduler.max_num_seqs,
        "block_size_from_args": block_size_at_start,
        "block_size": cache.block_size,
        "enable_prefix_caching": cache.enable_prefix_caching,
        "enable_chunked_prefill": getattr(scheduler, "enable_chunked_prefill", None),
        "disable_hybrid_kv_cache_manager": scheduler.disable_hybrid_kv_cache_manager,
        "gpu_memory_utilization": cache.gpu_memory_utilization,
        "kv_cache_dtype": cache.cache_dtype,
        "async_scheduling": scheduler.async_scheduling,
        "cudagraph_mode": getattr(compilation.cudagraph_mode, "name", None),
        "capture_sizes": len(sizes or []),
        "largest_capture_size": max(sizes) if sizes else 0,
        "encoder_budget": scheduler.max_num_encoder_input_tokens,
    }
    for name, value in (
        ("mamba_cache_mode", getattr(cache, "mamba_cache_mode", None)),
        ("mamba_block_size", cache.mamba_block_size),
        ("mamba_page_size_padded", cache.mamba_page_size_padded),
    ):
        if model.is_hybrid and value is not None:
            answer[name] = value
    if hasattr(vllm_config, "use_v2_model_runner"):
        answer["model_runner"] = 2 if vllm_config.use_v2_model_runner else 1
    for name in ("max_concurrent_batches", "max_in_flight_tokens"):
        if hasattr(vllm_config, name):
            answer[name] = getattr(vllm_config, name)
    answer["attention_backends"] = sorted(_backends(vllm_config))
    return answer


def _backends(vllm_config):
    names = set()
    for layer in compilation_layers(vllm_config):
        try:
            names.add(layer.get_attn_backend().get_name())
        except Exception:  # noqa: BLE001 - layers without a backend of their own
            continue
    return names


def compilation_layers(vllm_config):
    return [
        layer for layer in vllm_config.compilation_config.static_forward_context.values() if hasattr(layer, "get_attn_backend")
    ]
