"""Raises when it registers."""

from __future__ import annotations

from vocmine.plugin import Register, hookimpl


@hookimpl
def register_analyzers(register: Register) -> None:
    raise KeyError("no settings file")
