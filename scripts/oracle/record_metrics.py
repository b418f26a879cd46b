"""Writes down the metrics that a release's own stat logger registers, with every switch on that needs no device.

    <venv of the release>/bin/python scripts/oracle/record_metrics.py test/golden/metrics/<release>.json

The logger's constructor runs unchanged; only its configuration is made up.
"""

import json
import os
import sys
from types import SimpleNamespace
from unittest.mock import MagicMock

os.environ["VLLM_COMPUTE_NANS_IN_LOGITS"] = "1"

import prometheus_client  # noqa: E402
from vllm.v1.metrics.loggers import PrometheusStatLogger  # noqa: E402

MAX_MODEL_LEN = 1000


def config() -> MagicMock:
    made = MagicMock()
    made.observability_config = SimpleNamespace(
        show_hidden_metrics=True, kv_cache_metrics=True, custom_histogram_buckets=None, enable_mfu_metrics=True, cudagraph_metrics=False
    )
    made.model_config = SimpleNamespace(served_model_name="m", max_model_len=MAX_MODEL_LEN, is_diffusion=False)
    made.speculative_config = SimpleNamespace(num_speculative_tokens=2)
    made.kv_transfer_config = SimpleNamespace(
        is_kv_consumer=True, kv_connector="NixlConnector", kv_connector_module_path=None, kv_connector_extra_config={}
    )
    made.ec_transfer_config = None
    made.lora_config = SimpleNamespace(max_loras=1)
    return made


def main(path: str) -> None:
    PrometheusStatLogger(config(), [0])
    rows = {}
    for collector in prometheus_client.REGISTRY._names_to_collectors.values():
        name = getattr(collector, "_name", "")
        if name.startswith("vllm:"):
            kind = collector._type
            row = {"name": f"{name}_total" if kind == "counter" else name, "type": kind, "labels": list(collector._labelnames)}
            if kind == "histogram":
                row["buckets"] = [bound for bound in collector._kwargs["buckets"] if bound != float("inf")]
            rows[row["name"]] = row
    lines = ",\n".join(json.dumps(rows[name]) for name in sorted(rows))
    with open(path, "w") as file:
        file.write(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    main(sys.argv[1])
