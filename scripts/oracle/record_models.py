"""Record what the installed vLLM answers for the models and command lines of cases.py.

    python record_models.py --models DIR --out DIR [--card h100] [--tensors] [--lines N] [--only NAME ...]

Writes DIR/<vllm version>/models.json (other cards: models-<card>.json). Each case runs in a process of its own.
"""

import argparse
import contextlib
import json
import multiprocessing
import os
import pathlib
import re
import sys
import time
import traceback

import cases

CASE_SECONDS = 240
HOW = (
    "vLLM's own code on a CPU-only machine: driver answers of the named card, process groups and available bytes are given, "
    "modules are built on the meta device. Weights are before process_weights_after_loading."
)


def prepare_environment():
    os.environ.setdefault("VLLM_LOGGING_LEVEL", "CRITICAL")
    os.environ.update({"HF_HUB_OFFLINE": "1", "VLLM_NO_USAGE_STATS": "1", "TOKENIZERS_PARALLELISM": "false"})
    # FlashInfer's prebuilt kernels count as present, as in the official image (else vLLM asks the network for them);
    # it also wants a CUDA compiler and ninja, which the installed wheels have.
    os.environ["VLLM_HAS_FLASHINFER_CUBIN"] = "1"
    for compiler in pathlib.Path(sys.prefix).glob("lib/python*/site-packages/nvidia/*/bin/nvcc"):
        os.environ.setdefault("CUDA_HOME", str(compiler.parent.parent))
        os.environ["PATH"] = f"{compiler.parent}:{os.environ['PATH']}"
    os.environ["PATH"] = f"{sys.prefix}/bin:{os.environ['PATH']}"


def answer(record, argv, with_tensors):
    import engine
    import measure

    with engine.checkpoint(record) as directory:
        vllm_config = engine.build_config([directory, "--skip-tokenizer-init", *argv])
        stages = vllm_config.parallel_config.pipeline_parallel_size
        block_size = vllm_config.cache_config.block_size
        specs, weights = [], []
        for stage in range(stages):
            models = engine.instantiate(vllm_config, stage)
            if stage == 0:
                engine.settle_block_size(vllm_config)
            before = {name for worker in specs for name in worker}
            stage_specs = engine.kv_cache_specs(vllm_config)
            specs.append({name: one for name, one in stage_specs.items() if name not in before})
            weights.append(measure.weights(models[0], with_tensors and stage == 0))
            if models[1:]:
                weights[-1]["drafter"] = measure.weights(models[1], with_tensors=True)
        return {
            "config": measure.config(vllm_config, block_size),
            "weights": weights,
            "kv": measure.kv_cache(vllm_config, specs),
        }


def _first_words(message):
    """The cause, without the wrapper that pydantic puts around it and without this machine's folder names."""
    message = re.sub(r"^\d+ validation errors? for \w+\s+", "", message.strip())
    message = re.sub(r"[^\s'\"]*/?oracle-model-\w+", "MODEL", message)
    message = re.sub(r"\s*\[type=.*", "", message, flags=re.S)
    return " ".join(message.split())[:260]


def _child(pipe, record, argv, with_tensors):
    try:
        pipe.send(("ok", answer(record, argv, with_tensors)))
    except BaseException as error:  # noqa: BLE001 - a refusal of vLLM is an answer too
        where = traceback.extract_tb(error.__traceback__)[-1]
        reason = f"{type(error).__name__}: {_first_words(str(error))}"
        pipe.send(("failed", {"reason": reason, "where": f"{pathlib.Path(where.filename).name}:{where.name}"}))
        if os.environ.get("ORACLE_TRACE"):
            traceback.print_exc()
    finally:
        pipe.close()
        os._exit(0)


def warm_up(models_dir):
    """Answer a few models here, so that the processes of the cases find everything imported."""
    for name in cases.WARM_UP:
        with contextlib.suppress(Exception):
            answer(json.loads((pathlib.Path(models_dir) / f"{name}.json").read_text()), [], False)


def run_case(record, argv, with_tensors):
    """Fork: the imported vLLM is shared, what a case changes in it is not."""
    context = multiprocessing.get_context("fork")
    receive, send = context.Pipe(duplex=False)
    process = context.Process(target=_child, args=(send, record, argv, with_tensors))
    process.start()
    send.close()
    outcome = ("failed", {"reason": f"no answer within {CASE_SECONDS} s", "where": ""})
    try:
        if receive.poll(CASE_SECONDS):
            outcome = receive.recv()
    except EOFError:
        outcome = ("failed", {"reason": "the process died", "where": ""})
    if process.is_alive():
        process.join(5)
        process.kill()
    process.join()
    return outcome


def selected(name, beginnings):
    return not beginnings or any(name.startswith(beginning) for beginning in beginnings)


def kept(golden_file, only):
    """With --only, an earlier file keeps its cases of the other models."""
    if not only or not golden_file.exists():
        return [], []
    earlier = json.loads(golden_file.read_text())
    return [[case for case in earlier[key] if not selected(case["model"], only)] for key in ("cases", "skipped")]


def in_order(rows):
    """By the order of the models in cases.py."""
    models = list(cases.MODELS)
    return sorted(rows, key=lambda row: models.index(row["model"]) if row["model"] in models else len(models))


def compact(value, indent=0):
    """JSON with one line per small thing, so that a changed number is a changed line."""
    flat = json.dumps(value, ensure_ascii=False)
    if len(flat) + indent <= 160 or not isinstance(value, (dict, list)):
        return flat
    pad = " " * (indent + 1)
    if isinstance(value, dict):
        rows = [f"{pad}{json.dumps(key)}: {compact(item, indent + 1)}" for key, item in value.items()]
        return "{\n" + ",\n".join(rows) + "\n" + " " * indent + "}"
    rows = [pad + compact(item, indent + 1) for item in value]
    return "[\n" + ",\n".join(rows) + "\n" + " " * indent + "]"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--card", default="h100")
    parser.add_argument("--tensors", action="store_true", help="also list the tensors of each model's first case")
    parser.add_argument("--lines", type=int, default=99, help="command lines per model (the first ones)")
    parser.add_argument("--only", nargs="*", help="names (or beginnings of names) of models")
    options = parser.parse_args()
    prepare_environment()
    import fake_gpu

    fake_gpu.install(options.card)
    import vllm

    import engine

    engine.preload()
    warm_up(options.models)
    folder = pathlib.Path(options.out) / vllm.__version__
    folder.mkdir(parents=True, exist_ok=True)
    suffix = "" if options.card == "h100" else f"-{options.card}"
    golden_file = folder / f"models{suffix}.json"
    recorded, skipped = kept(golden_file, options.only)
    for name, command_lines in cases.command_lines(options.card).items():
        if not selected(name, options.only):
            continue
        path = pathlib.Path(options.models) / f"{name}.json"
        if not path.exists():
            skipped.append({"model": name, "args": [], "reason": "no such model file"})
            continue
        record = json.loads(path.read_text())
        changes = cases.CONFIG_CHANGES.get(name)
        if changes:
            record["config"].update(changes)
        for index, argv in enumerate(command_lines[: options.lines]):
            started = time.monotonic()
            state, result = run_case(record, argv, with_tensors=options.tensors and index == 0)
            print(f"{state} {time.monotonic() - started:5.1f}s {name} {' '.join(argv)}", result.get("reason", ""), flush=True)
            (recorded if state == "ok" else skipped).append(
                {"model": name, "args": argv, **({"config_changes": changes} if changes else {}), **result}
            )
        golden = {"vllm": vllm.__version__, "card": options.card, "how": HOW, "cases": in_order(recorded), "skipped": in_order(skipped)}
        golden_file.write_text(compact(golden) + "\n")


if __name__ == "__main__":
    main()
