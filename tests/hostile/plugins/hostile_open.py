"""Raises when it is opened."""

from __future__ import annotations

from harmless import Harmless

from vocmine.plugin import Context, Register, hookimpl


@hookimpl
def register_analyzers(register: Register) -> None:
    register("hostile_open", "hostile_open:Hostile")


class Hostile(Harmless):
    def open(self, context: Context) -> None:
        raise FileNotFoundError("model.bin")
