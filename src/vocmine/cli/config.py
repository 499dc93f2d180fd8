"""`vocmine config`: what settings say, what is wrong with them, and what they may say."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from vocmine.cli.options import format_option

if TYPE_CHECKING:
    from vocmine.config import Config


@click.group(
    epilog="""\b
Examples:
  vocmine config show
  vocmine config validate
  vocmine config schema > vocmine.schema.json

Settings come from vocmine.toml (in this folder or the nearest above it), from your own file, from
variables such as VOCMINE_LANG and from the command line; what comes later is stronger."""
)
def config() -> None:
    """Show and check settings: files, variables and what they set."""


@config.command(
    epilog="""\b
Examples:
  vocmine config show
  vocmine config show --all
  vocmine config show --format json"""
)
@click.option("--all", "every", is_flag=True, help="Also what nobody set, with its default.")
@format_option
def show(every: bool, format_: str) -> None:
    """Show what is set, where, and what it stands instead of."""
    from vocmine.cli.config_rows import setting_rows
    from vocmine.cli.output import note, print_rows
    from vocmine.config import load_config

    found = load_config()
    _tell_files(found)
    rows = setting_rows(found, every=every)
    if format_ in ("table", "csv"):
        rows = [_as_texts(row) for row in rows]
    print_rows(rows, format_, columns=_columns(rows) if format_ == "table" else ())
    if not rows:
        note("Nothing is set: every option has its default. See 'vocmine config show --all'.")


def _as_texts(row: dict[str, Any]) -> dict[str, Any]:
    """A row for cells that hold texts; a value is as TOML has it."""
    value = json.dumps(row["value"], ensure_ascii=False) if row["value"] is not None else ""
    return {**row, "value": value, "instead_of": "; ".join(row["instead_of"])}


def _columns(rows: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Columns of the table; the last ones only where some row has something there."""
    last = [name for name in ("instead_of", "overridden_by") if any(row[name] for row in rows)]
    columns = [("key", "key"), ("value", "value"), ("origin", "from")]
    return columns + [(name, name.replace("_", " ")) for name in last]


def _tell_files(found: Config) -> None:
    from vocmine.cli.output import note
    from vocmine.config import PROJECT_FILE

    paths = {layer.name: layer.path for layer in found.layers}
    project = paths.get("project") or f"none ({PROJECT_FILE} in this folder or above it)"
    note(f"Project's file: {project}")
    note(f"Your own file: {found.searched}{'' if 'user' in paths else ' (not there)'}")


@config.command(
    epilog="""\b
Examples:
  vocmine config validate
  vocmine config validate otra/vocmine.toml"""
)
@click.argument("file", required=False, metavar="[FILE]")
def validate(file: str | None) -> None:
    """Say what is wrong in the files and variables that hold here, or in FILE.

    Every key is checked, those of plugins too. Exit code 1 when something is wrong.
    """
    from vocmine.cli.config_faults import every_fault, oddities
    from vocmine.cli.output import note
    from vocmine.config import load_config, load_file
    from vocmine.errors import UsageError

    try:
        found = load_config() if file is None else load_file(Path(file))
        faults = every_fault(found)
    except UsageError as error:  # a file that cannot be read at all
        faults = [error]
    for fault in faults:
        click.echo(f"Error: {fault}")
    if faults:
        sys.exit(1)
    for oddity in oddities(found):
        note(f"Note: {oddity}")
    files = ", ".join(f"'{layer.path}'" for layer in found.layers)
    click.echo(f"Nothing is wrong in {files or 'the settings: there is no file'}.")


@config.command(
    epilog="""\b
Example:
  vocmine config schema > vocmine.schema.json"""
)
def schema() -> None:
    """Print the JSON schema (draft 2020-12) of a file of settings.

    It has every key of every command and of the analyzers that are installed here; an editor
    completes and checks a vocmine.toml with it.
    """
    from vocmine.cli.config_schema import settings_schema

    found: dict[str, Any] = settings_schema()
    click.echo(json.dumps(found, ensure_ascii=False, indent=2))
