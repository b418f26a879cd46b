"""Plays one workload on vLLM's own Scheduler, without a model: every step takes one second and gives made-up tokens."""

import collections
import inspect
import math

INGRESS_S = EGRESS_S = 0.25
PHASE_STRIDE = 0.6180339887498949
STEP_S = 1.0


class _Tokens(list):
    """Some releases want an array per request, some a list."""

    def tolist(self):
        return list(self)


class Client:
    """Which request reaches the engine when: in order, with at most `concurrency` open."""

    def __init__(self, workload):
        self.requests = workload["requests"]
        self.send_s = workload["sendS"]
        self.arrivals = collections.deque()
        self.sent = 0
        for _ in range(workload["concurrency"] or len(self.requests)):
            self.send_next(0.0)

    def send_next(self, answered_s):
        if self.sent == len(self.requests):
            return
        send_s = max(answered_s, self.send_s[self.sent] if self.send_s else 0.0)
        self.arrivals.append((send_s + INGRESS_S, self.sent))
        self.sent += 1


class Play:
    def __init__(self, engine, workload):
        self.engine = engine
        self.scheduler = engine.scheduler
        self.workload = workload
        self.client = Client(workload)
        self.carry = [((index + 1) * PHASE_STRIDE) % 1 for index in range(len(workload["requests"]))]
        self.is_async = workload["engine"]["asyncScheduling"]
        self.now = 0.0
        self.steps = []

    def run(self):
        in_flight = None
        while True:
            self._receive()
            before = {key: request.num_output_placeholders for key, request in self.scheduler.requests.items()} if self.is_async else {}
            output = self.scheduler.schedule()
            if not output.num_scheduled_tokens:
                if in_flight is not None:
                    self._complete(*in_flight)
                    in_flight = None
                elif self.client.arrivals:
                    self.now = self.client.arrivals[0][0]
                else:
                    return self.steps
                continue
            sampled = [key for key in output.num_scheduled_tokens if self._samples(key, before)]
            step = {"batch": dict(output.num_scheduled_tokens), "preempted": self._preempted(output), "finished": []}
            self.steps.append(step)
            start = self.now if in_flight is None else in_flight[3]
            current = (output, sampled, step, start + STEP_S)
            if not self.is_async:
                self._complete(*current)
                continue
            if in_flight is not None:
                self._complete(*in_flight)
            in_flight = current

    def _receive(self):
        while self.client.arrivals and self.client.arrivals[0][0] <= self.now:
            _, index = self.client.arrivals.popleft()
            self.scheduler.add_request(self.engine.request(index, self.workload["requests"][index]))

    def _samples(self, key, before):
        request = self.scheduler.requests[key]
        if self.is_async:
            return request.num_output_placeholders > before.get(key, 0)
        return request.num_computed_tokens >= request.num_tokens

    def _preempted(self, output):
        """Newer releases say it; older ones leave it to the status."""
        ids = getattr(output, "preempted_req_ids", None)
        if ids is None:
            ids = {key for key, request in self.scheduler.requests.items() if request.num_preemptions > self.engine.preemptions[key]}
        for key, request in self.scheduler.requests.items():
            self.engine.preemptions[key] = request.num_preemptions
        return sorted(int(key) for key in ids)

    def _complete(self, output, sampled, step, end_s):
        self.now = end_s
        open_before = set(self.scheduler.requests)
        keys = list(output.num_scheduled_tokens)
        drafts = output.scheduled_spec_decode_tokens
        tokens = [self._tokens(key, len(drafts.get(key, ()))) if key in sampled else _Tokens() for key in keys]
        self.scheduler.update_from_output(output, self.engine.runner_output(keys, tokens))
        finished = [int(key) for key in keys if key in open_before and key not in self.scheduler.requests]
        step["finished"] = finished
        speculation = self.workload["speculation"]
        if speculation and not self.is_async:
            self.engine.propose([key for key in sampled if int(key) not in finished], speculation["draftTokens"])
        for _ in finished:
            self.client.send_next(self.now + EGRESS_S)

    def _tokens(self, key, drafts):
        request = self.scheduler.requests.get(key)
        if request is None:
            return _Tokens([0])
        accepted = 0
        if drafts:
            index = int(key)
            self.carry[index] += self.workload["speculation"]["acceptanceLength"] - 1
            whole = math.floor(self.carry[index])
            self.carry[index] -= whole
            accepted = min(whole, drafts)
        first = request.num_tokens
        return _Tokens(self.engine.token(int(key), first + step) for step in range(1 + accepted))


def accepts(function, name):
    return name in inspect.signature(function).parameters
