"""vocmine source for mailboxes: mbox (Gmail Takeout too), eml, Maildir and Outlook's msg."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vocmine.hookspecs import Register, hookimpl

if TYPE_CHECKING:
    import click

vocmine_api = ">=1,<2"


@hookimpl
def register_sources(register: Register) -> None:
    """Register `email`."""
    register(
        "email",
        "vocmine_email.source:EmailSource",
        summary="mbox (Gmail Takeout too), eml, Maildir and msg, without quotes and signatures",
    )


@hookimpl
def register_commands(cli: click.Group) -> None:
    """Add `vocmine fetch`."""
    from vocmine_email.fetch_command import fetch

    cli.add_command(fetch)
