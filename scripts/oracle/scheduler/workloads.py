"""Workloads that the scheduler oracle plays. Each names what it is meant to show.

A request is [prompt tokens, output tokens] or [prompt, output, tokens found in the prefix cache].
"""

import random

ENGINE = {
    "maxNumBatchedTokens": 512,
    "maxNumSeqs": 16,
    "maxModelLen": 2048,
    "longPrefillTokens": 0,
    "asyncScheduling": False,
    "prefixCaching": True,
    "numBlocks": 2001,
}
FULL = [{"kind": "full", "blockTokens": 16}]


def drawn(seed, count, prompts, outputs):
    source = random.Random(seed)
    return [[source.randint(*prompts), source.randint(*outputs)] for _ in range(count)]


def workload(name, requests, concurrency=None, send=None, groups=FULL, draft=None, **engine):
    return {
        "name": name,
        "engine": {**ENGINE, **engine},
        "groups": groups,
        "requests": requests,
        "concurrency": concurrency,
        "sendS": send,
        "speculation": draft,
    }


def draft(tokens, acceptance, slots=False):
    return {"draftTokens": tokens, "acceptanceLength": acceptance, "takesSlots": slots}


def arrivals(seed, count, rate):
    source, now, times = random.Random(seed), 0.0, []
    for _ in range(count):
        now += source.expovariate(rate)
        times.append(round(now, 3))
    return times


def window(tokens):
    return [*FULL, {"kind": "window", "blockTokens": 16, "windowTokens": tokens}]


TIGHT = {"numBlocks": 141}

WORKLOADS = [
    workload("one request", [[100, 20]]),
    workload("one long prompt in chunks", [[1500, 10]]),
    workload("burst of equal requests", [[128, 32]] * 24, concurrency=8),
    workload("burst of drawn lengths", drawn(1, 48, (64, 256), (16, 80)), concurrency=16),
    workload("burst, async", drawn(1, 48, (64, 256), (16, 80)), concurrency=16, asyncScheduling=True),
    workload("more clients than places", drawn(2, 48, (64, 256), (16, 80)), concurrency=32, maxNumSeqs=8),
    workload("more clients than places, async", drawn(2, 48, (64, 256), (16, 80)), concurrency=32, maxNumSeqs=8, asyncScheduling=True),
    workload("long prompts, small budget", drawn(3, 24, (400, 1600), (8, 64)), concurrency=8, maxNumBatchedTokens=256),
    workload("long prompts, small budget, async", drawn(3, 24, (400, 1600), (8, 64)), concurrency=8, maxNumBatchedTokens=256,
             asyncScheduling=True),
    workload("long-prefill threshold", drawn(4, 24, (100, 1600), (8, 64)), concurrency=8, longPrefillTokens=128),
    workload("long-prefill threshold, one client", drawn(5, 4, (300, 900), (8, 24)), concurrency=1, longPrefillTokens=128),
    workload("Poisson arrivals", drawn(6, 48, (64, 400), (16, 80)), send=arrivals(6, 48, 0.2)),
    workload("Poisson arrivals, async", drawn(6, 48, (64, 400), (16, 80)), send=arrivals(6, 48, 0.2), asyncScheduling=True),
    workload("rare arrivals, engine idles", drawn(7, 12, (64, 400), (4, 12)), send=arrivals(7, 12, 0.03), asyncScheduling=True),
    workload("Poisson arrivals with a limit", drawn(8, 48, (64, 400), (16, 80)), send=arrivals(8, 48, 0.5), concurrency=6),
    workload("cache too small, no caching", drawn(9, 32, (64, 256), (64, 256)), concurrency=16, prefixCaching=False, **TIGHT),
    workload("cache too small, caching", drawn(9, 32, (64, 256), (64, 256)), concurrency=16, **TIGHT),
    workload("cache too small, no caching, async", drawn(9, 32, (64, 256), (64, 256)), concurrency=16, prefixCaching=False,
             asyncScheduling=True, **TIGHT),
    workload("cache too small, caching, async", drawn(9, 32, (64, 256), (64, 256)), concurrency=16, asyncScheduling=True, **TIGHT),
    workload("cache too small, small budget", drawn(10, 32, (100, 600), (64, 200)), concurrency=16, maxNumBatchedTokens=128, **TIGHT),
    workload("long prompts fill the cache", drawn(11, 24, (400, 1200), (16, 64)), concurrency=12, numBlocks=161),
    workload("prefix hits", [[p, o, p // 2] for p, o in drawn(12, 24, (64, 600), (16, 48))], concurrency=8),
    workload("prefix hits of whole prompts", [[p * 16, o, p * 16] for p, o in drawn(13, 16, (4, 20), (8, 24))], concurrency=4,
             asyncScheduling=True),
    workload("answers end at the length limit", drawn(14, 24, (64, 250), (60, 200)), concurrency=8, maxModelLen=256),
    workload("answers end at the length limit, async", drawn(14, 24, (64, 250), (60, 200)), concurrency=8, maxModelLen=256,
             asyncScheduling=True),
    workload("speculation", drawn(15, 24, (64, 256), (16, 80)), concurrency=8, draft=draft(3, 2.3)),
    workload("speculation, async", drawn(15, 24, (64, 256), (16, 80)), concurrency=8, draft=draft(3, 2.3), asyncScheduling=True),
    workload("speculation, small budget", drawn(16, 24, (64, 256), (16, 80)), concurrency=16, draft=draft(4, 3.1), maxNumBatchedTokens=64),
    workload("speculation, cache too small", drawn(17, 24, (64, 256), (64, 200)), concurrency=16, draft=draft(2, 1.7),
             prefixCaching=False, **TIGHT),
    workload("speculation, cache too small, async", drawn(17, 24, (64, 256), (64, 200)), concurrency=16, draft=draft(2, 1.7),
             prefixCaching=False, asyncScheduling=True, **TIGHT),
    workload("speculation with slots, cache too small", drawn(18, 24, (64, 256), (64, 200)), concurrency=16, draft=draft(3, 2.6, True),
             prefixCaching=False, **TIGHT),
    workload("sliding window", drawn(19, 24, (64, 800), (32, 160)), concurrency=8, groups=window(128)),
    workload("sliding window, cache too small", drawn(20, 24, (64, 800), (32, 160)), concurrency=12, groups=window(128),
             prefixCaching=False, numBlocks=281),
    workload("sliding window, cache too small, async", drawn(20, 24, (64, 800), (32, 160)), concurrency=12, groups=window(128),
             prefixCaching=False, numBlocks=281, asyncScheduling=True),
    workload("outputs of one token", drawn(21, 48, (64, 256), (1, 2)), concurrency=16, asyncScheduling=True),
]
