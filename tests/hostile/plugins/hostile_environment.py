"""Changes, adds and removes environment variables."""

from __future__ import annotations

import os
from typing import Any

from harmless import Harmless

from vocmine.plugin import Batch, Context, Register, hookimpl


@hookimpl
def register_analyzers(register: Register) -> None:
    register("hostile_environment", "hostile_environment:Hostile")


class Hostile(Harmless):
    def open(self, context: Context) -> None:
        os.environ["VOCMINE_HOSTILE_OPEN"] = "1"

    def analyze(self, batch: Batch) -> Any:
        os.environ["VOCMINE_HOSTILE"] = "1"
        os.environ["VOCMINE_CHANGED"] = "worse"
        os.environ.pop("VOCMINE_REMOVED", None)
        return super().analyze(batch)
