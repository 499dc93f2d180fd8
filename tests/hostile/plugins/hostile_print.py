"""Prints in every way there is."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

from harmless import Harmless

from vocmine.plugin import Batch, Context, Register, hookimpl


@hookimpl
def register_analyzers(register: Register) -> None:
    register("hostile_print", "hostile_print:Hostile")


class Hostile(Harmless):
    def open(self, context: Context) -> None:
        print("opening the oracle")  # noqa: T201

    def analyze(self, batch: Batch) -> Any:
        print("thinking\nhard")  # noqa: T201
        os.write(1, b"straight to the file\n")
        subprocess.run([sys.executable, "-c", "print('from a program')"], check=True)
        return super().analyze(batch)


print("hello from the import")  # noqa: T201
