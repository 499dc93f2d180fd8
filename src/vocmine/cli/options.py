"""Options that several commands share, with one meaning everywhere."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])

DEFAULT_STORE = "vocmine.db"
FORMATS = ("table", "json", "jsonl", "csv")
LANGS = ("es", "pt", "en")


def store_option(db: str) -> str:
    """What a command that is suggested needs to find the store: nothing for the usual one."""
    return "" if db == DEFAULT_STORE else f" --db {shlex.quote(db)}"


def typed(text: str) -> str:
    """An argument that is no path as it was typed, also where the locale knows ASCII only."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def db_option(function: F) -> F:
    """`--db`: the store."""
    return click.option(
        "--db",
        default=DEFAULT_STORE,
        show_default=True,
        envvar="VOCMINE_DB",
        show_envvar=True,
        metavar="FILE",
        help="The store (an SQLite file).",
    )(function)


def model_option(function: F) -> F:
    """`--model`: which model reads the messages."""
    return click.option(
        "--model",
        default="voc",
        show_default=True,
        envvar="VOCMINE_MODEL",
        show_envvar=True,
        metavar="NAME",
        help="voc, voc-fast (quicker, errs more), or a model of your own: its name or folder.",
    )(function)


def format_option(function: F) -> F:
    """`--format`: how results are printed on stdout."""
    return click.option(
        "--format",
        "format_",
        type=click.Choice(FORMATS),
        default="table",
        show_default=True,
        help="How to print: a table to read, or data for other programs.",
    )(function)


def lang_option(function: F) -> F:
    """`--lang`: the language of labels, summaries and reports."""
    return click.option(
        "--lang",
        type=click.Choice(LANGS),
        default="es",
        show_default=True,
        help="Language of labels, summary and report.",
    )(function)


def period_options(function: F) -> F:
    """Filters over messages: `--since`, `--until`, `--source`; see `Filter`."""
    for name, metavar, text in (
        ("source", "NAME", "Only messages of this export (file name)."),
        ("until", "YYYY-MM-DD", "Only messages before this date."),
        ("since", "YYYY-MM-DD", "Only messages from this date on."),
    ):
        function = click.option(f"--{name}", default="", metavar=metavar, help=text)(function)
    return function


def grain_option(function: F) -> F:
    """`--grain`: weeks or months; see `vocmine.trends.series.timeline`."""
    return click.option(
        "--grain",
        type=click.Choice(("week", "month")),
        default=None,
        help="Length of a period.  [default: weeks up to two years, months beyond]",
    )(function)


def events_option(function: F) -> F:
    """`--events`: a file for `vocmine.trends.events.load_events`."""
    return click.option(
        "--events", default="", metavar="FILE", help="Dates of what happened (CSV, XLSX)."
    )(function)


def filter_options(function: F) -> F:
    """Filters over insights: `--friction`, `--stage`, `--phase`, …; see `Filter`."""
    function = period_options(function)
    function = click.option(
        "--polarity",
        type=click.Choice(("negative", "neutral", "positive")),
        help="Only insights of this polarity.",
    )(function)
    for name in ("touchpoint", "pyramid", "phase", "stage", "friction"):
        function = click.option(
            f"--{name}", default="", metavar="CODE", help=f"Only this {name} (a catalogue code)."
        )(function)
    return function


def check_codes(**codes: str) -> None:
    """Refuse codes that the catalogue does not have, listing those it has.

    Raises:
        UsageError: Names the option and the codes that exist.
    """
    from vocmine.catalogue import label_set
    from vocmine.errors import UsageError

    for name, code in codes.items():
        known = label_set(name).codes
        if code and code not in known:
            raise UsageError(
                f"--{name} '{code}' is not in the catalogue.", f"Use one of: {', '.join(known)}."
            )
