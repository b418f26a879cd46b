"""Build modules without memory and without a card: every new tensor goes to the meta device."""

import contextlib

import torch
import torch.fx.experimental._config as meta_config
from torch.overrides import TorchFunctionMode

_CONSTRUCTORS = None


def _constructors():
    global _CONSTRUCTORS
    if _CONSTRUCTORS is None:
        from torch.utils._device import _device_constructors

        _CONSTRUCTORS = _device_constructors()
    return _CONSTRUCTORS


def _names_card(value):
    return isinstance(value, (str, torch.device)) and str(value).startswith("cuda")


class _EverythingOnMeta(TorchFunctionMode):
    """Like `with torch.device("meta")`, also for tensors that are asked for on a named card."""

    def __torch_function__(self, function, types, args=(), kwargs=None):
        kwargs = dict(kwargs or {})
        if function in _constructors() and kwargs.get("device") is None:
            kwargs["device"] = "meta"
        if _names_card(kwargs.get("device")) or isinstance(kwargs.get("device"), int):
            kwargs["device"] = "meta"
        if function is torch.Tensor.cuda:
            return args[0].to("meta")
        if function is torch.Tensor.to:
            args = tuple("meta" if _names_card(argument) else argument for argument in args)
        if function is torch.Tensor.item and args[0].is_meta:
            return 0
        return function(*args, **kwargs)


class _Nothing:
    """A stream or an event: created, recorded and waited for, with no effect."""

    def __init__(self, *args, **kwargs):
        self.cuda_stream = 0

    def __getattr__(self, name):
        return lambda *args, **kwargs: None

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return False


@contextlib.contextmanager
def meta_device(dtype):
    names = ("Stream", "Event", "current_stream", "default_stream", "stream")
    before = {name: getattr(torch.cuda, name) for name in names}
    default_dtype = torch.get_default_dtype()
    for name in names:
        setattr(torch.cuda, name, _Nothing)
    torch.set_default_dtype(dtype)
    meta_config.meta_nonzero_assume_all_nonzero = True  # expert maps of expert parallelism; sizes do not depend on it
    try:
        with _EverythingOnMeta():
            yield
    finally:
        torch.set_default_dtype(default_dtype)
        for name, value in before.items():
            setattr(torch.cuda, name, value)
