"""Record what the installed vLLM answers for the models and command lines of cases.py.

    python record_models.py --models DIR --out DIR [--card h100] [--only NAME ...] [--jobs 1]

Writes DIR/<vllm version>/models.json (other cards: models-<card>.json). Each case runs in a process of its own.
"""

import argparse
import contextlib
import json
import multiprocessing
import os
import pathlib
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
    # FlashInfer asks for a CUDA compiler and ninja; the official image has them, and so do the installed wheels.
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
            model = engine.instantiate(vllm_config, stage)
            if stage == 0:
                engine.settle_block_size(vllm_config)
            before = {name for worker in specs for name in worker}
            stage_specs = engine.kv_cache_specs(vllm_config)
            specs.append({name: one for name, one in stage_specs.items() if name not in before})
            weights.append(measure.weights(model, with_tensors and stage == 0))
        return {
            "config": measure.config(vllm_config, block_size),
            "weights": weights,
            "kv": measure.kv_cache(vllm_config, specs),
        }


def _child(pipe, record, argv, with_tensors):
    try:
        pipe.send(("ok", answer(record, argv, with_tensors)))
    except BaseException as error:  # noqa: BLE001 - a refusal of vLLM is an answer too
        where = traceback.extract_tb(error.__traceback__)[-1]
        reason = f"{type(error).__name__}: {str(error).strip()[:300]}"
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
    parser.add_argument("--only", nargs="*", help="names (or beginnings of names) of models")
    options = parser.parse_args()
    prepare_environment()
    import fake_gpu

    fake_gpu.install(options.card)
    import engine
    import vllm

    engine.preload()
    warm_up(options.models)
    folder = pathlib.Path(options.out) / vllm.__version__
    folder.mkdir(parents=True, exist_ok=True)
    suffix = "" if options.card == "h100" else f"-{options.card}"
    golden_file = folder / f"models{suffix}.json"
    recorded, skipped = [], []
    for name, command_lines in cases.command_lines(options.card).items():
        if options.only and not any(name.startswith(beginning) for beginning in options.only):
            continue
        path = pathlib.Path(options.models) / f"{name}.json"
        if not path.exists():
            skipped.append({"model": name, "args": [], "reason": "no such model file"})
            continue
        record = json.loads(path.read_text())
        for index, argv in enumerate(command_lines):
            started = time.monotonic()
            state, result = run_case(record, argv, with_tensors=index == 0)
            print(f"{state} {time.monotonic() - started:5.1f}s {name} {' '.join(argv)}", result.get("reason", ""), flush=True)
            (recorded if state == "ok" else skipped).append({"model": name, "args": argv, **result})
        golden = {"vllm": vllm.__version__, "card": options.card, "how": HOW, "cases": recorded, "skipped": skipped}
        golden_file.write_text(compact(golden) + "\n")


if __name__ == "__main__":
    main()
