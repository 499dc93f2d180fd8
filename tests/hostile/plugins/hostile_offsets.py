"""Marks what lies beyond the end of the text."""

from __future__ import annotations

from typing import Any

from harmless import Harmless

from vocmine.plugin import Batch, Column, Register, Table, hookimpl


@hookimpl
def register_analyzers(register: Register) -> None:
    register("hostile_offsets", "hostile_offsets:Hostile")


class Hostile(Harmless):
    def analyze(self, batch: Batch) -> Any:
        ends = [len(text) + 1 for text in batch.texts]
        return {"hostile_offsets": {"start": [0] * len(batch), "end": ends}}


Hostile.outputs = (
    Table("hostile_offsets", "message", (Column("start", "integer"), Column("end", "integer"))),
)
