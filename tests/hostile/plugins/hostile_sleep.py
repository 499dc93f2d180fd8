"""Sleeps."""

from __future__ import annotations

import time
from typing import Any

from harmless import Harmless

from vocmine.plugin import Batch, Register, hookimpl


@hookimpl
def register_analyzers(register: Register) -> None:
    register("hostile_sleep", "hostile_sleep:Hostile")


class Hostile(Harmless):
    def analyze(self, batch: Batch) -> Any:
        time.sleep(1.5)
        return super().analyze(batch)
