"""Effort, churn and friction analyzer for vocmine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vocmine import hookimpl

if TYPE_CHECKING:
    from vocmine.hookspecs import Register

vocmine_api = ">=1,<2"


@hookimpl
def register_analyzers(register: Register) -> None:
    """Register the analyzer `friction`."""
    register(
        "friction",
        "vocmine_friction.analyzer:FrictionAnalyzer",
        summary="Effort and churn of a message, obstacle of every point",
    )
