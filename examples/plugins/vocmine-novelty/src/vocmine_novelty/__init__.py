"""vocmine analyzer: messages unlike all others, and a command that lists them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vocmine import hookimpl

if TYPE_CHECKING:
    import click

    from vocmine.hookspecs import Register

vocmine_api = ">=1,<2"


@hookimpl
def register_analyzers(register: Register) -> None:
    """Register the analyzer `novelty`."""
    register(
        "novelty",
        "vocmine_novelty.analyzer:NoveltyAnalyzer",
        summary="How unlike all others a message is: first signs, and what is no complaint",
    )


@hookimpl
def register_commands(cli: click.Group) -> None:
    """Add `vocmine unusual`."""
    from vocmine_novelty.command import unusual

    cli.add_command(unusual)
