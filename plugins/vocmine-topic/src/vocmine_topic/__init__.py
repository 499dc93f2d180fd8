"""The `topic` analyzer: what customers talk about, several topics per message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vocmine.hookspecs import Register, hookimpl

if TYPE_CHECKING:
    import click

__all__ = ["register_analyzers", "register_commands"]

vocmine_api = ">=1,<2"


@hookimpl
def register_analyzers(register: Register) -> None:
    """Register the analyzer; scikit-learn is imported only when it runs."""
    register(
        "topic",
        "vocmine_topic.analyzer:TopicAnalyzer",
        summary="What customers talk about: topics with readable labels, several per message.",
    )


@hookimpl
def register_commands(cli: click.Group) -> None:
    """Add the edits to `vocmine topics`; what they need is imported when one runs."""
    from vocmine.cli.topics import topics
    from vocmine_topic.commands import COMMANDS

    del cli
    for command in COMMANDS:
        topics.add_command(command)
