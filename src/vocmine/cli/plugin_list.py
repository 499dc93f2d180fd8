"""The plugins that are installed, as rows and as a table: state, hooks, version, file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from vocmine.installed import Installed

COLUMNS = ("plugin", "state", "hooks", "from", "version", "file")


def row_of(plugin: Installed) -> dict[str, Any]:
    """What is known of an installed plugin, as data."""
    return {
        "plugin": plugin.plugin,
        "distribution": plugin.distribution,
        "version": plugin.version,
        "state": plugin.state,
        "why": plugin.why,
        "hooks": list(plugin.hooks),
        "module": plugin.module,
        "file": str(plugin.file or ""),
    }


def print_installed(installed: Sequence[Installed]) -> None:
    """Print every plugin, and why some are not used."""
    from vocmine.cli.output import print_table

    rows = [
        {
            **row_of(plugin),
            "hooks": " ".join(plugin.hooks),
            "from": plugin.distribution,
            "file": _shortened(plugin.file),
        }
        for plugin in installed
    ]
    if rows:
        print_table(rows, [(name, name) for name in COLUMNS])
    for plugin in installed:
        if plugin.refused:
            click.echo(plugin.refused)


def _shortened(path: Path | None) -> str:
    """A path from the folder of the user, where it is in it."""
    if path is None:
        return ""
    home = Path.home()
    return f"~/{path.relative_to(home).as_posix()}" if path.is_relative_to(home) else str(path)
