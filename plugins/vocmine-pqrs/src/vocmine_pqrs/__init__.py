"""PQRS kind and urgency analyzer for vocmine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vocmine import hookimpl

if TYPE_CHECKING:
    from vocmine.hookspecs import Register

vocmine_api = ">=1,<2"


@hookimpl
def register_analyzers(register: Register) -> None:
    """Register the analyzer `pqrs`."""
    register(
        "pqrs",
        "vocmine_pqrs.analyzer:PqrsAnalyzer",
        summary="PQRS kind and urgency of every message",
    )
