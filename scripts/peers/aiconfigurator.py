#!/usr/bin/env python3
"""Asks NVIDIA's aiconfigurator for TTFT and TPOT of measured benchmark rows.

    python3 -m venv VENV && VENV/bin/pip install aiconfigurator
    VENV/bin/python scripts/peers/aiconfigurator.py perf.jsonl OUT.jsonl [--configs FOLDER] [--cap N]

Its estimate mode (`aiconfigurator cli estimate`, called as a function so that its tables load once), vLLM backend, the
row's GPU, layout, precision, lengths and concurrency. Measured data first (SILICON); where it has none, its own blend
of data and formula (HYBRID), and the answer says so. A row that it cannot take gets a reason in place of figures.
OUT: a head with the version and the date, then one line a row. A second run goes on where the first one stopped.
FOLDER holds ORG--NAME.json configs for models that it does not carry, for machines that cannot reach the Hub.
"""
import argparse
import datetime
import importlib.metadata
import json
import logging
import math
import os
import re
import sys
import tempfile
import warnings

sys.path.pop(0)  # This folder, where this file would hide the package of the same name.

SYSTEMS = {
    "A100 80GB": "a100_sxm",
    "B200": "b200_sxm",
    "B300": "b300_sxm",
    "H100 80GB HBM3": "h100_sxm",
    "H100 PCIe": "h100_pcie",
    "H200": "h200_sxm",
    "L40S": "l40s",
    "RTX PRO 6000 Blackwell Server": "rtx_pro_6000_server",
}

# The checkpoint of that precision where it carries one (its config then decides the quantization, KV cache included),
# else the model of the same shape, with the quantization stated below.
CHECKPOINTS = {
    ("meta-llama/Llama-3.1-70B", "fp8"): "nvidia/Llama-3.1-70B-Instruct-FP8",
    ("meta-llama/Llama-3.1-70B", "nvfp4"): "meta-llama/Meta-Llama-3.1-70B",
    ("nvidia/Llama-3.1-8B-Instruct-FP8", "fp8"): "meta-llama/Meta-Llama-3.1-8B",
    ("MiniMaxAI/MiniMax-M2.5", "nvfp4"): "nvidia/MiniMax-M2.5-NVFP4",
    ("moonshotai/Kimi-K2.5", "nvfp4"): "nvidia/Kimi-K2.5-NVFP4",
    ("deepseek-ai/DeepSeek-R1-0528", "fp8"): "deepseek-ai/DeepSeek-R1",
    ("Qwen/Qwen2.5-7B-Instruct-AWQ", "awq4"): "Qwen/Qwen2.5-7B-Instruct",
    ("QuantTrio/Qwen3-Coder-480B-A35B-Instruct-AWQ", "awq4"): "Qwen/Qwen3-Coder-480B-A35B-Instruct",
    ("QuantTrio/Qwen3-Coder-30B-A3B-Instruct-AWQ", "awq4"): "Qwen/Qwen3-30B-A3B",
    ("Qwen3_5-397B-A17B-AWQ", "awq4"): "Qwen/Qwen3.5-397B-A17B",
    ("cpatonn/GLM-4.5-Air-AWQ-4bit", "awq4"): "zai-org/GLM-4.5-Air",
    ("zai-org/GLM-4.6", "bf16"): "zai-org/GLM-4.5",
    ("GLM-5.1-NVFP4", "nvfp4"): "nvidia/GLM-5.1-NVFP4",
}

# Stated only where the config of the checkpoint above does not state it.
QUANTIZATION = {
    ("meta-llama/Llama-3.1-70B", "nvfp4"): {"gemm_quant_mode": "nvfp4", "kvcache_quant_mode": "fp8"},
    ("nvidia/Llama-3.1-8B-Instruct-FP8", "fp8"): {"gemm_quant_mode": "fp8_static", "kvcache_quant_mode": "fp8"},
}
FOUR_BIT = {"gemm_quant_mode": "int4_wo", "moe_quant_mode": "int4_wo"}

KV_DTYPES = {"fp8": "fp8", "fp8_e4m3": "fp8", "bfloat16": "bfloat16"}


def main():
    args = parse_args()
    rows = in_turns([json.loads(line) for line in open(args.rows)])
    done = read_done(args.out)
    with open(args.out, "a") as out, tempfile.TemporaryDirectory() as folder:
        if not done:
            head = {
                "peer": "aiconfigurator",
                "version": importlib.metadata.version("aiconfigurator"),
                "date": datetime.date.today().isoformat(),
                "mode": "estimate, vLLM backend",
            }
            write(out, head)
        asked = 0
        for row in rows:
            if row["id"] in done:
                continue
            reason = why_not(row)
            if reason is None and args.cap is not None and asked >= args.cap:
                continue
            asked += reason is None
            write(out, {"id": row["id"], **({"reason": reason} if reason else ask(row, args.configs, folder))})


def parse_args():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows")
    parser.add_argument("out")
    parser.add_argument("--configs", metavar="FOLDER")
    parser.add_argument("--cap", type=int, metavar="N", help="stop after N questions: a sample over all groups")
    return parser.parse_args()


def in_turns(rows):
    """One row of each (GPU, model, precision) group, then the next of each, so that a stop leaves a fair sample.

    Within a group the rows are taken by a stride over concurrency and lengths instead of in order of them.
    """
    groups = {}
    for row in rows:
        groups.setdefault((row["gpu"], row["model"], str(row["precision"])), []).append(row)
    ranked = []
    for key, group in sorted(groups.items()):
        group.sort(key=lambda r: (r["concurrency"] or 0, r["input_len"], r["output_len"], r["id"]))
        ranked += [((at * 0.6180339887) % 1, key, at, row) for at, row in enumerate(group)]
    return [row for *_, row in sorted(ranked, key=lambda entry: entry[:3])]


def read_done(path):
    if not os.path.exists(path):
        return set()
    return {entry.get("id", "head") for entry in map(json.loads, open(path))}


def write(out, entry):
    out.write(json.dumps(entry) + "\n")
    out.flush()


def option(argv, name):
    return argv[argv.index(name) + 1] if name in argv else None


def why_not(row):
    if row["gpu"] not in SYSTEMS:
        return "GPU not supported"
    if row["concurrency"] is None:
        return "load stated as a request rate, estimate mode takes a concurrency"
    return None


def ask(row, configs, folder):
    from aiconfigurator.cli.api import cli_estimate
    from aiconfigurator.sdk.models import check_is_moe

    argv = row["argv"]
    key = (row["model"], row["precision"])
    dp = int(option(argv, "--data-parallel-size") or 1)
    tp = int(option(argv, "--tensor-parallel-size") or 1)
    try:
        model = find_model(CHECKPOINTS.get(key, row["model"]), configs, folder)
        moe = check_is_moe(model)
        layout = {"tp_size": tp, "pp_size": int(option(argv, "--pipeline-parallel-size") or 1)}
        if moe:
            experts = tp * dp if "--enable-expert-parallel" in argv else 1
            layout.update(attention_dp_size=dp, moe_ep_size=experts, moe_tp_size=tp * dp // experts)
        # Replicas of a dense model share nothing: one of them, with its share of the users.
        question = {
            "model_path": model,
            "system_name": SYSTEMS[row["gpu"]],
            "backend_name": "vllm",
            "isl": int(option(argv, "--prompt-tokens")),
            "osl": int(option(argv, "--gen-tokens")),
            "batch_size": math.ceil(row["concurrency"] / dp),
            **layout,
            **QUANTIZATION.get(key, FOUR_BIT if row["precision"] == "awq4" else {}),
        }
        stated = KV_DTYPES.get(option(argv, "--kv-cache-dtype"))
        if stated:
            question["kvcache_quant_mode"] = stated
    except Exception as error:
        return {"reason": describe(error)}
    failure = None
    for mode in ("SILICON", "HYBRID"):
        try:
            answer = cli_estimate(**question, database_mode=mode)
            figures = (answer.ttft, answer.tpot)
            if not all(math.isfinite(x) and x > 0 for x in figures):
                raise ValueError("no finite figures")
            out = {"ttft_ms": round(figures[0], 3), "tpot_ms": round(figures[1], 4), "data": mode}
            return {**out, "warns": "KV cache exceeded"} if answer.kv_cache_warning else out
        except Exception as error:
            failure = failure or error
    return {"reason": describe(failure)}


def find_model(model, configs, folder):
    """Its own copy of the config first, then FOLDER's, as the folder with a config.json that it wants."""
    import aiconfigurator_core

    name = model.replace("/", "--")
    if os.path.exists(os.path.join(os.path.dirname(aiconfigurator_core.__file__), "model_configs", f"{name}_config.json")):
        return model
    own = configs and os.path.join(configs, f"{name}.json")
    if not own or not os.path.exists(own):
        return model
    target = os.path.join(folder, name)
    os.makedirs(target, exist_ok=True)
    with open(own) as source, open(os.path.join(target, "config.json"), "w") as copy:
        config = json.load(source)
        json.dump(config.get("config", config), copy)
    return target


def describe(error):
    """One line, without the paths of the machine."""
    kind = type(error).__name__
    text = re.sub(r"(/[\w.+-]+){2,}", "…", " ".join(str(error).split()))
    if kind == "HuggingFaceDownloadError":
        return "model not carried, and its config was not at hand"
    if text.startswith("OOM"):
        return "does not fit by its count"
    if kind == "PerfDataNotAvailableError":
        return "no measured data: " + re.sub(r"^(perf database error: )+", "", text).split(" at …")[0].split(" from ")[0][:90]
    return f"{kind}: {text.split('. Supported ')[0][:90]}"


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    sys.exit(main())
