"""What the hostile analyzers do right, so that each does one thing wrong."""

from __future__ import annotations

from typing import Any

from vocmine.plugin import Batch, Column, Context, Table


class Harmless:
    """Gives 1 for each message."""

    version = "1"
    requires = ("texts",)
    outputs: tuple[Table, ...]

    def __init_subclass__(cls) -> None:
        name = cls.__module__
        cls.outputs = (Table(name, "message", (Column("n", "integer"),)),)

    def open(self, context: Context) -> None: ...

    def analyze(self, batch: Batch) -> Any:
        return {self.__module__: {"n": [1] * len(batch)}}
