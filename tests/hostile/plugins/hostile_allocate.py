"""Takes 400 MB."""

from __future__ import annotations

from typing import Any

from harmless import Harmless

from vocmine.plugin import Batch, Register, hookimpl


@hookimpl
def register_analyzers(register: Register) -> None:
    register("hostile_allocate", "hostile_allocate:Hostile")


class Hostile(Harmless):
    def analyze(self, batch: Batch) -> Any:
        bytearray(400_000_000).count(1)  # looked at, so that it is really there
        return super().analyze(batch)
