"""Raises on some messages."""

from __future__ import annotations

from typing import Any

from harmless import Harmless

from vocmine.plugin import Batch, Register, hookimpl


@hookimpl
def register_analyzers(register: Register) -> None:
    register("hostile_rows", "hostile_rows:Hostile")


class Hostile(Harmless):
    def analyze(self, batch: Batch) -> Any:
        if any("tarjeta" in text for text in batch.texts):
            raise ValueError("cannot read a card number")
        return super().analyze(batch)
