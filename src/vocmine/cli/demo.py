"""`vocmine demo`: the whole job on invented messages, in a minute."""

from __future__ import annotations

import shlex
import sys
import tempfile
from pathlib import Path

import click

from vocmine.cli.options import lang_option

EXPORT = "banco.csv"


@click.command(
    epilog="""\b
Examples:
  vocmine demo
  vocmine demo prueba --lang pt

The 120 messages were invented for vocmine; no bank or customer in them exists."""
)
@click.argument("folder", required=False, metavar="[FOLDER]")
@lang_option
def demo(folder: str | None, lang: str) -> None:
    """Analyse invented complaints of a bank, write the report, and say what to type next.

    FOLDER gets the export, the store and the report; a new temporary folder is made when it is
    left out.
    """
    from vocmine.cli.analyze import Request, ended_in_order, run_analysis
    from vocmine.runtime import Settings

    place = _place(folder)
    export, db, report = (place / name for name in (EXPORT, "demo.db", "demo.html"))
    export.write_bytes(_packaged())
    request = Request(db=str(db), report=str(report), lang=lang)
    with ended_in_order():
        ok = run_analysis([str(export)], Settings(country="CO"), request, reading={})
    click.echo("\nTry next:")
    given = shlex.quote(str(db))
    for command in (
        f"vocmine pyramid --db {given}",
        f"vocmine search tarjeta bloqueada --db {given}",
        "vocmine analyze YOUR-EXPORT.xlsx",
    ):
        click.echo(f"  {command}")
    sys.exit(0 if ok else 1)


def _place(folder: str | None) -> Path:
    from vocmine.errors import UsageError

    if folder is None:
        return Path(tempfile.mkdtemp(prefix="vocmine-demo-"))
    place = Path(folder)
    if place.exists() and not place.is_dir():
        raise UsageError(f"'{folder}' is a file.", "Name a folder for the demo.")
    if (place / EXPORT).exists() and (place / EXPORT).read_bytes() != _packaged():
        raise UsageError(
            f"'{place / EXPORT}' exists and is not the demo's.", "Name another folder."
        )
    place.mkdir(parents=True, exist_ok=True)
    return place


def _packaged() -> bytes:
    from importlib.resources import files

    return files("vocmine").joinpath("demo", EXPORT).read_bytes()
