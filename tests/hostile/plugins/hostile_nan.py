"""Returns NaN where a number is promised."""

from __future__ import annotations

from typing import Any

import numpy as np
from harmless import Harmless

from vocmine.plugin import Batch, Column, Register, Table, hookimpl


@hookimpl
def register_analyzers(register: Register) -> None:
    register("hostile_nan", "hostile_nan:Hostile")


class Hostile(Harmless):
    def analyze(self, batch: Batch) -> Any:
        return {"hostile_nan": {"p": np.full(len(batch), np.nan)}}


Hostile.outputs = (Table("hostile_nan", "message", (Column("p", "real"),)),)
