"""Returns fewer values than there are messages."""

from __future__ import annotations

from typing import Any

from harmless import Harmless

from vocmine.plugin import Batch, Register, hookimpl


@hookimpl
def register_analyzers(register: Register) -> None:
    register("hostile_lengths", "hostile_lengths:Hostile")


class Hostile(Harmless):
    def analyze(self, batch: Batch) -> Any:
        return {"hostile_lengths": {"n": [1] * (len(batch) - 1)}}
