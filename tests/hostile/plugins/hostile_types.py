"""Returns text for whole numbers."""

from __future__ import annotations

from typing import Any

from harmless import Harmless

from vocmine.plugin import Batch, Register, hookimpl


@hookimpl
def register_analyzers(register: Register) -> None:
    register("hostile_types", "hostile_types:Hostile")


class Hostile(Harmless):
    def analyze(self, batch: Batch) -> Any:
        return {"hostile_types": {"n": ["uno"] * len(batch)}}
