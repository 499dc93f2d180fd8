"""vocmine source: requests of citizens, as Mexico's transparency platform publishes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vocmine import hookimpl

if TYPE_CHECKING:
    from vocmine.hookspecs import Register

vocmine_api = ">=1,<2"


@hookimpl
def register_sources(register: Register) -> None:
    """Register the source `pnt`."""
    register(
        "pnt",
        "vocmine_pnt.source:RequestSource",
        summary="Requests of citizens, open data of Mexico's Plataforma Nacional de Transparencia",
    )
