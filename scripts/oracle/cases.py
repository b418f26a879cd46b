"""Which models and command lines the goldens hold."""

TP2, TP4, TP8 = (["--tensor-parallel-size", n] for n in ("2", "4", "8"))
FP8 = ["--kv-cache-dtype", "fp8"]
SHORT = ["--max-model-len", "4096"]
LEN32K = ["--max-model-len", "32768"]
PP2 = ["--pipeline-parallel-size", "2"]
EP = ["--enable-expert-parallel"]
CACHING, NO_CACHING = ["--enable-prefix-caching"], ["--no-enable-prefix-caching"]
NO_HYBRID = ["--disable-hybrid-kv-cache-manager"]
MTP1, MTP2 = (["--speculative-config", f'{{"method": "mtp", "num_speculative_tokens": {n}}}'] for n in (1, 2))
EAGER = ["--enforce-eager"]

DENSE = [[], FP8 + TP2, TP4 + SHORT]
DENSE_PP = DENSE + [PP2]
TINY = [[], FP8]
SLIDING = [[], FP8 + TP2, TP4 + SHORT, NO_HYBRID, ["--max-num-batched-tokens", "2048"]]
MOE = [[], TP4 + EP, TP2 + FP8]
BIG_MOE = [TP8, TP8 + EP, TP4 + FP8 + LEN32K]
MLA = [TP8, TP8 + FP8, TP8 + EP + LEN32K]
HYBRID = [[], NO_CACHING, CACHING, FP8 + TP2, TP2 + LEN32K + ["--max-num-seqs", "64"]]
BIG_HYBRID = [TP4, TP4 + NO_CACHING, TP8 + FP8 + EP]
VISION = [[], TP2 + LEN32K, ["--language-model-only"], ["--limit-mm-per-prompt", '{"image": 2}']]
QUANT = [[], TP2]

# Fields that the stored copy of a config has wrong or lacks; the golden names them beside the case.
CONFIG_CHANGES = {
    "zai-org--GLM-4.5-Air": {"model_type": "glm4_moe", "norm_topk_prob": True},
    "google--gemma-3-4b-it": {"architectures": ["Gemma3ForConditionalGeneration"]},
}

# Answered once before the recording starts; only to have their code imported.
WARM_UP = ("Qwen--Qwen3-30B-A3B-FP8", "deepseek-ai--DeepSeek-V2-Lite", "Qwen--Qwen3.5-4B")

# model file -> command lines. The order is the order in the golden file.
MODELS = {
    # dense
    "meta-llama--Llama-3.1-8B-Instruct": DENSE_PP + [EAGER, ["--block-size", "32"], ["--max-num-seqs", "64"], ["--quantization", "fp8"]],
    "meta-llama--Llama-3.2-1B-Instruct": DENSE,
    "meta-llama--Llama-3.1-70B-Instruct": [TP4, TP8, TP4 + PP2],
    "meta-llama--Llama-2-7b-hf": TINY,
    "Qwen--Qwen2.5-7B-Instruct": DENSE,
    "Qwen--Qwen2.5-0.5B": [[], TP2 + ["--dtype", "float16"]],
    "Qwen--Qwen3-0.6B": DENSE,
    "Qwen--Qwen3-8B": DENSE,
    "Qwen--Qwen3-32B": [[], TP4, TP8],
    "mistralai--Mistral-7B-Instruct-v0.3": TINY,
    "mistralai--Mistral-7B-v0.1": [[], ["--disable-sliding-window"]],
    "mistralai--Mistral-Nemo-Instruct-2407": TINY,
    "mistralai--Ministral-8B-Instruct-2410": SLIDING,
    "google--gemma-2-9b-it": SLIDING,
    "google--gemma-7b": TINY,
    "google--gemma-3-1b-it": [[], FP8, NO_HYBRID],
    "microsoft--Phi-3-mini-128k-instruct": [[], SHORT, ["--max-model-len", "131072"]],
    "microsoft--phi-4": DENSE,
    "microsoft--Phi-4-mini-instruct": [[], ["--max-model-len", "131072"]],
    "ibm-granite--granite-3.3-8b-instruct": TINY,
    "01-ai--Yi-34B": [[], TP2],
    "allenai--OLMo-2-1124-7B": TINY,
    "allenai--Olmo-3.1-32B-Instruct": SLIDING,
    "HuggingFaceTB--SmolLM3-3B": TINY,
    "bigcode--starcoder2-7b": SLIDING,
    "CohereForAI--aya-23-8B": TINY,
    "CohereForAI--c4ai-command-r-v01": [[], TP4],
    "stabilityai--stablelm-2-zephyr-1_6b": TINY,
    "internlm--internlm2_5-7b-chat": TINY,
    "LGAI-EXAONE--EXAONE-4.0-32B": SLIDING,
    "tiiuae--falcon-7b": TINY,
    "facebook--opt-125m": TINY,
    "baichuan-inc--Baichuan2-7B-Chat": TINY,
    "THUDM--glm-4-9b-chat": DENSE,
    "openbmb--MiniCPM3-4B": TINY,
    "nvidia--Llama-3_3-Nemotron-Super-49B-v1": [TP2, TP4],
    "XiaomiMiMo--MiMo-7B-Base": TINY,
    # mixtures of experts
    "mistralai--Mixtral-8x7B-Instruct-v0.1": [TP2, TP4 + EP, TP4 + FP8, TP2 + PP2],
    "Qwen--Qwen1.5-MoE-A2.7B-Chat": MOE,
    "Qwen--Qwen3-30B-A3B": MOE + [TP2 + PP2],
    "Qwen--Qwen3-235B-A22B": BIG_MOE,
    "openai--gpt-oss-20b": SLIDING + [TP2 + EP],
    "openai--gpt-oss-120b": [[], TP4, TP4 + EP + FP8, TP2 + LEN32K],
    "ibm-granite--granite-3.1-1b-a400m-instruct": MOE,
    "zai-org--GLM-4.5-Air": [TP4, TP4 + EP, TP8 + FP8],
    "MiniMaxAI--MiniMax-M2.5": [TP4, TP4 + EP, TP8 + FP8],
    "microsoft--Phi-3.5-MoE-instruct": [TP2, TP4 + EP],
    "meta-llama--Llama-4-Scout-17B-16E-Instruct": [TP4 + LEN32K, TP8 + ["--max-model-len", "131072"], TP4 + LEN32K + NO_HYBRID],
    "XiaomiMiMo--MiMo-V2-Flash": [TP4, TP8 + FP8],
    # latent attention
    "deepseek-ai--DeepSeek-V2-Lite": [[], FP8, TP2, TP4 + EP, PP2],
    "deepseek-ai--DeepSeek-V3": MLA + [TP8 + MTP1],
    "moonshotai--Kimi-K2-Instruct": MLA,
    "deepseek-ai--DeepSeek-V3.2": MLA,
    "zai-org--GLM-5-FP8": MLA + [TP8 + MTP1],
    "zai-org--GLM-4.7-Flash": [[], TP2 + FP8],
    "deepseek-ai--DeepSeek-V4-Flash": [TP4, TP4 + FP8, TP8 + EP],
    # hybrids
    "Qwen--Qwen3-Next-80B-A3B-Instruct": BIG_HYBRID + [TP2 + CACHING, TP4 + MTP2],
    "Qwen--Qwen3.5-4B": HYBRID + [MTP2, MTP2 + NO_CACHING],
    "Qwen--Qwen3.5-35B-A3B": HYBRID + [TP2 + MTP1],
    "Qwen--Qwen3.6-35B-A3B": HYBRID,
    "nvidia--NVIDIA-Nemotron-Nano-9B-v2": HYBRID,
    "nvidia--NVIDIA-Nemotron-3-Nano-30B-A3B-BF16": HYBRID,
    "moonshotai--Kimi-Linear-48B-A3B-Instruct": BIG_HYBRID,
    "tiiuae--Falcon-H1-0.5B-Base": HYBRID,
    "LiquidAI--LFM2-8B-A1B": HYBRID,
    # mixed page sizes and sharing
    "google--gemma-4-26B-A4B": SLIDING,
    "google--gemma-4-31B-it": [[], TP2 + FP8, TP4 + LEN32K],
    "google--gemma-4-E4B-it": [[], FP8],
    # vision
    "google--gemma-3-4b-it": VISION,
    "google--gemma-3-12b-it": [[], TP4 + LEN32K],
    "google--gemma-3-27b-it": [[], TP2 + FP8],
    "Qwen--Qwen2.5-VL-7B-Instruct": VISION,
    "Qwen--Qwen3-VL-8B-Instruct": VISION,
    "Qwen--Qwen3-VL-30B-A3B-Instruct": [[], TP2],
    "llava-hf--llava-1.5-7b-hf": [[]],
    "mistralai--Mistral-Small-3.1-24B-Instruct-2503": [[], TP2],
    "mistralai--Devstral-Small-2-24B-Instruct-2512": [[], TP2],
    "moonshotai--Kimi-K2.5": [TP8],
    # quantized checkpoints
    "Qwen--Qwen3-8B-FP8": QUANT,
    "Qwen--Qwen3-30B-A3B-FP8": QUANT + [TP4 + EP],
    "Qwen--Qwen3-32B-FP8-Static-PerTensor": QUANT,
    "meta-llama--Llama-3.1-405B-Instruct-FP8": [TP8],
    "nvidia--Llama-3.1-70B-Instruct-FP8": [TP2, TP4],
    "RedHatAI--Llama-4-Scout-17B-16E-Instruct-FP8-dynamic": [TP2 + LEN32K],
    "ibm-granite--granite-3.3-8b-instruct-FP8": QUANT,
    "TheBloke--Llama-2-13B-chat-GPTQ": QUANT,
    "nvidia--Qwen3-235B-A22B-NVFP4": [TP4, TP8 + EP],
    "nvidia--DeepSeek-V3.1-NVFP4": [TP8],
    "nvidia--Qwen3-Next-80B-A3B-Instruct-NVFP4": [TP2],
    "RedHatAI--Qwen3-Coder-Next-NVFP4": [TP2],
    "nvidia--Gemma-4-31B-IT-NVFP4": [[], TP2],
    "nvidia--Qwen3.6-35B-A3B-NVFP4": [[], TP2],
    "nvidia--NVIDIA-Nemotron-3-Nano-30B-A3B-NVFP4": [[]],
}

# Other cards: defaults, backends and block sizes.
CARD_MODELS = {
    "meta-llama--Llama-3.1-8B-Instruct": [[], FP8],
    "openai--gpt-oss-20b": [[]],
    "deepseek-ai--DeepSeek-V2-Lite": [[], FP8],
    "deepseek-ai--DeepSeek-V3": [TP8],
    "deepseek-ai--DeepSeek-V3.2": [TP8],
    "Qwen--Qwen3.5-4B": [[]],
    "google--gemma-3-4b-it": [[]],
    "google--gemma-4-26B-A4B": [[]],
    "Qwen--Qwen3-8B-FP8": [[]],
    "Qwen--Qwen2.5-VL-7B-Instruct": [[]],
}


def command_lines(card):
    return MODELS if card == "h100" else CARD_MODELS
