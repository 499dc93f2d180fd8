"""The plugin contract, whole, on one screen.

Hooks only register; the work happens on the registered object (see `vocmine.plugin` for the
`Source`, `Analyzer` and `Encoder` protocols). A plugin is a module named by an entry point of
group `vocmine`, with functions marked `@vocmine.hookimpl`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import pluggy

if TYPE_CHECKING:
    import click
    import sqlite_utils

hookspec = pluggy.HookspecMarker("vocmine")
hookimpl = pluggy.HookimplMarker("vocmine")


class Register(Protocol):
    """`register(name, target, summary=…)`: `target` is a class or a `"module:Class"` string."""

    def __call__(self, name: str, target: type[Any] | str, *, summary: str = "") -> None:
        """Register an object under a name that is unique among its kind."""


@hookspec
def register_sources(register: Register) -> None:
    """Register readers of exports: `register("tickets", "vocmine_tickets.source:TicketSource")`."""


@hookspec
def register_analyzers(register: Register) -> None:
    """Register analyzers: columns in, columns out."""


@hookspec
def register_encoders(register: Register) -> None:
    """Register another way to turn text into vectors."""


@hookspec
def register_commands(cli: click.Group) -> None:
    """Add commands to the `vocmine` command line."""


@hookspec
def prepare_store(db: sqlite_utils.Database) -> None:
    """Add functions, tables or views: before each run, and before report sections are drawn."""


@hookspec
def register_report_sections(register: Register) -> None:
    """Register extra sections of the HTML report."""
