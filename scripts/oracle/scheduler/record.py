"""Record the batches of vLLM's own Scheduler, step by step, on a machine without a GPU.

    python record.py OUT_DIR

Run with the Python of an environment in which one vLLM is installed. Writes OUT_DIR/<version>.json, which
src/performance/scheduler/golden.test.ts plays again on the twin. A step is written as

    0:512 1-3 7:2|p:8|f:1

for the requests of the batch in order with their tokens (no number: one token; 1-3: one token each), those preempted and those that
end with it; equal steps in a row are counted.
"""

import collections
import json
import os
import pathlib
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE)]
os.environ.setdefault("VLLM_LOGGING_LEVEL", "ERROR")
os.environ.setdefault("HF_HUB_OFFLINE", "1")

import fake_gpu  # noqa: E402

fake_gpu.install("h100")

import engine as oracle_engine  # noqa: E402
import play  # noqa: E402
import torch  # noqa: E402
import vllm  # noqa: E402
import workloads  # noqa: E402
from vllm import SamplingParams  # noqa: E402
from vllm.v1 import kv_cache_interface as kv  # noqa: E402
from vllm.v1.core import kv_cache_utils  # noqa: E402
from vllm.v1.core.sched.async_scheduler import AsyncScheduler  # noqa: E402
from vllm.v1.core.sched.scheduler import Scheduler  # noqa: E402
from vllm.v1.outputs import DraftTokenIds, ModelRunnerOutput  # noqa: E402
from vllm.v1.request import Request  # noqa: E402
from vllm.v1.structured_output import StructuredOutputManager  # noqa: E402

BLOCK = 16
MODEL = {
    "architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2,
    "num_attention_heads": 2, "num_key_value_heads": 2, "vocab_size": 1000, "max_position_embeddings": 4096, "torch_dtype": "bfloat16",
}  # fmt: skip


def hash_function():
    try:
        from vllm.utils.hashing import sha256
    except ImportError:
        from vllm.utils import sha256
    return sha256


class Engine:
    def __init__(self, model_dir, workload):
        self.workload = workload
        self.preemptions = collections.Counter()
        settings = workload["engine"]
        config = oracle_engine.build_config(self._argv(model_dir, settings, workload["speculation"]))
        config.cache_config.num_gpu_blocks = settings["numBlocks"]
        groups = [self._group(index, group) for index, group in enumerate(workload["groups"])]
        cache = kv.KVCacheConfig(num_blocks=settings["numBlocks"], kv_cache_tensors=[], kv_cache_groups=groups)
        kind = AsyncScheduler if settings["asyncScheduling"] else Scheduler
        self.scheduler = kind(
            vllm_config=config, kv_cache_config=cache, structured_output_manager=StructuredOutputManager(config), block_size=BLOCK
        )
        speculation = workload["speculation"]
        if speculation and speculation["takesSlots"]:
            self.scheduler.num_lookahead_tokens = speculation["draftTokens"]
        kv_cache_utils.init_none_hash(hash_function())
        self.hasher = kv_cache_utils.get_request_block_hasher(BLOCK, hash_function())
        self._warm_up()

    @staticmethod
    def _argv(model_dir, settings, speculation):
        argv = [model_dir, "--skip-tokenizer-init", "--block-size", str(BLOCK)]
        argv += ["--max-num-batched-tokens", str(settings["maxNumBatchedTokens"]), "--max-num-seqs", str(settings["maxNumSeqs"])]
        argv += ["--max-model-len", str(settings["maxModelLen"]), "--long-prefill-token-threshold", str(settings["longPrefillTokens"])]
        argv += ["--enable-prefix-caching" if settings["prefixCaching"] else "--no-enable-prefix-caching"]
        if speculation:
            # A method without weights; that drafts are always found is ours to say.
            method = {"method": "ngram", "num_speculative_tokens": speculation["draftTokens"], "prompt_lookup_max": 4}
            argv += ["--speculative-config", json.dumps(method)]
        else:
            argv += ["--async-scheduling" if settings["asyncScheduling"] else "--no-async-scheduling"]
        return argv

    @staticmethod
    def _group(index, group):
        shape = {"block_size": group["blockTokens"], "num_kv_heads": 1, "head_size": 16, "dtype": torch.bfloat16}
        if play.accepts(kv.FullAttentionSpec, "use_mla"):
            shape["use_mla"] = False
        spec = kv.FullAttentionSpec(**shape)
        if group["kind"] == "window":
            spec = kv.SlidingWindowSpec(**shape, sliding_window=group["windowTokens"])
        return kv.KVCacheGroupSpec([f"layer.{index}"], spec)

    @staticmethod
    def token(index, position):
        return (index * 7919 + position * 31) % 1_000_003

    def request(self, index, lengths, name=None):
        prompt, output = lengths[:2]
        sampling = SamplingParams(max_tokens=output, ignore_eos=True, temperature=0.0)
        extra = {"eos_token_id": None} if play.accepts(Request.__init__, "eos_token_id") else {}
        return Request(
            request_id=name or str(index),
            prompt_token_ids=[self.token(index, position) for position in range(prompt)],
            sampling_params=sampling,
            pooling_params=None,
            block_hasher=self.hasher if self.workload["engine"]["prefixCaching"] else None,
            **extra,
        )

    def _warm_up(self):
        """Requests that share a prefix with later ones run first, one by one, and leave their blocks behind."""
        for index, lengths in enumerate(self.workload["requests"]):
            if len(lengths) < 3 or lengths[2] == 0:
                continue
            name = f"warm-{index}"
            self.scheduler.add_request(self.request(index, [lengths[2], 1], name))
            while name in self.scheduler.requests:
                output = self.scheduler.schedule()
                request = self.scheduler.requests[name]
                done = request.num_computed_tokens >= request.num_tokens
                self.scheduler.update_from_output(output, self.runner_output([name], [play._Tokens([1] if done else [])]))

    @staticmethod
    def runner_output(keys, tokens):
        return ModelRunnerOutput(
            req_ids=keys,
            req_id_to_index={key: index for index, key in enumerate(keys)},
            sampled_token_ids=tokens,
            logprobs=None,
            prompt_logprobs_dict={},
            pooler_output=[],
        )

    def propose(self, keys, drafts):
        self.scheduler.update_draft_token_ids(DraftTokenIds(keys, [[1] * drafts for _ in keys]))


def spell(step):
    items = []
    for key, tokens in step["batch"].items():
        index = int(key)
        last = items[-1] if items else None
        if last and tokens == 1 and last[2] == 1 and last[1] == index - 1:
            last[1] = index
        else:
            items.append([index, index, tokens])
    words = [f"{a}-{b}" if b > a else str(a) if tokens == 1 else f"{a}:{tokens}" for a, b, tokens in items]
    text = " ".join(words)
    if step["preempted"]:
        text += "|p:" + " ".join(map(str, step["preempted"]))
    if step["finished"]:
        text += "|f:" + " ".join(map(str, step["finished"]))
    return text


def counted(words):
    rows = []
    for word in words:
        if rows and rows[-1][0] == word:
            rows[-1][1] += 1
        else:
            rows.append([word, 1])
    return [word if count == 1 else [word, count] for word, count in rows]


def main(out_dir):
    rows = []
    with tempfile.TemporaryDirectory() as model_dir:
        pathlib.Path(model_dir, "config.json").write_text(json.dumps(MODEL))
        for workload in workloads.WORKLOADS:
            steps = play.Play(Engine(model_dir, workload), workload).run()
            rows.append(json.dumps({**workload, "steps": counted(map(spell, steps))}, separators=(",", ":")))
            print(workload["name"], len(steps), file=sys.stderr)
    head = json.dumps({"vllmVersion": vllm.__version__, "recordedBy": "scripts/oracle/scheduler/record.py"})
    path = pathlib.Path(out_dir, f"{vllm.__version__.split('+')[0]}.json")
    path.write_text(f'{head[:-1]}, "workloads": [\n' + ",\n".join(rows) + "\n]}\n")


if __name__ == "__main__":
    main(sys.argv[1])
