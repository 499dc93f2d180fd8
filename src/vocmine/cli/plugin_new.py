"""`vocmine plugins new`: a plugin to start from."""

from __future__ import annotations

from pathlib import Path

import click

from vocmine.scaffold import KINDS, write_plugin


@click.command(
    epilog="""\b
Examples:
  vocmine plugins new quejas-radio --kind source
  vocmine plugins new riesgos --kind analyzer --to ~/plugins"""
)
@click.argument("name")
@click.option("--kind", type=click.Choice(list(KINDS)), required=True, help="What it brings.")
@click.option(
    "--to",
    "parent",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    help="Folder to write it in.  [default: this one]",
)
def new(name: str, kind: str, parent: Path) -> None:
    """Write a plugin to start from: a distribution that installs and passes its own tests.

    NAME is the plugin's, such as quejas-radio; the folder vocmine-NAME must not be there yet.
    """
    folder = write_plugin(name, kind, parent)
    click.echo(f"Wrote {folder}. Next:")
    click.echo(f"  pip install -e {folder}\n  pytest {folder}\n  vocmine plugins --check")
