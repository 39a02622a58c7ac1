"""The command line with FSDP's sharding on CPUs: accelerate shards on accelerators only, torch everywhere."""

from __future__ import annotations

from typing import Any

from accelerate.state import AcceleratorState, PartialState
from accelerate.utils import DistributedType

from practicum.cli.main import main

_made = AcceleratorState.__init__


def _sharding(self: Any, *args: Any, fsdp_plugin: Any = None, **more: Any) -> None:
    """Take several CPUs as several GPUs are taken where sharding is asked for."""
    _made(self, *args, fsdp_plugin=fsdp_plugin, **more)
    if fsdp_plugin is not None and self.distributed_type == DistributedType.MULTI_CPU:
        self.fsdp_plugin = fsdp_plugin
        self.distributed_type = PartialState._shared_state["distributed_type"] = DistributedType.FSDP


if __name__ == "__main__":
    AcceleratorState.__init__ = _sharding
    main()
