"""vocmine source for mailboxes: mbox (Gmail Takeout too), single eml files and Maildir folders."""

from __future__ import annotations

from vocmine.hookspecs import Register, hookimpl


@hookimpl
def register_sources(register: Register) -> None:
    """Register `email`."""
    register(
        "email",
        "vocmine_email.source:EmailSource",
        summary="mbox (Gmail Takeout too), eml and Maildir, without quoted replies and signatures",
    )
