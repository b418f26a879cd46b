"""Stand-ins for vLLM's process groups, so that one process can play any rank of a tensor/pipeline-parallel job."""


class _ProcessGroup:
    """What vLLM asks of a torch process group while it builds modules: how many ranks, and which one this is."""

    def __init__(self, world_size, rank):
        self.world_size = world_size
        self.own_rank = rank

    def size(self):
        return self.world_size

    def rank(self):
        return self.own_rank


class FakeGroup:
    """A group of `world_size` ranks of which this process is `rank`. Nothing is ever communicated."""

    def __init__(self, name, world_size, rank, global_rank=0):
        self.unique_name = name
        self.world_size = world_size
        self.rank_in_group = rank
        self.rank = global_rank
        self.local_rank = global_rank
        self.ranks = list(range(world_size))
        self.device_group = _ProcessGroup(world_size, rank)
        self.cpu_group = self.device_group
        self.device_communicator = None
        self.mq_broadcaster = None
        self.tcp_store_group = None

    is_first_rank = property(lambda self: self.rank_in_group == 0)
    is_last_rank = property(lambda self: self.rank_in_group == self.world_size - 1)
    first_rank = property(lambda self: 0)
    last_rank = property(lambda self: self.world_size - 1)
    next_rank = property(lambda self: (self.rank_in_group + 1) % self.world_size)
    prev_rank = property(lambda self: (self.rank_in_group - 1) % self.world_size)

    def barrier(self):
        pass

    def all_gather_object(self, obj):
        return [obj] * self.world_size

    def broadcast_object(self, obj=None, src=0):
        return obj


def become(vllm_config, pp_rank=0):
    """Make this process tensor rank 0 of pipeline stage `pp_rank` of the job that vllm_config describes."""
    from vllm.distributed import parallel_state

    config = vllm_config.parallel_config
    tp, pp, dp = config.tensor_parallel_size, config.pipeline_parallel_size, config.data_parallel_size
    dcp = getattr(config, "decode_context_parallel_size", 1)
    pcp = getattr(config, "prefill_context_parallel_size", 1)
    sizes = {"_WORLD": tp * pp, "_TP": tp, "_PP": pp, "_DP": dp, "_EP": dp * tp * pcp, "_DCP": dcp, "_PCP": pcp}
    for attribute in ("_WORLD", "_TP", "_PP", "_DP", "_EP", "_DCP", "_PCP", "_EPLB", "_INNER_DP_WORLD", "_NODE_COUNT"):
        if not hasattr(parallel_state, attribute):
            continue
        if attribute == "_NODE_COUNT":
            parallel_state._NODE_COUNT = 1
            continue
        rank = pp_rank if attribute == "_PP" else 0
        size = sizes.get(attribute, 1)
        setattr(parallel_state, attribute, FakeGroup(attribute.strip("_").lower(), size, rank))
