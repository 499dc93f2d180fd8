"""Printing rows: stdout is data, stderr is progress and notes."""

from __future__ import annotations

import csv
import json
import logging
import sys
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from textwrap import wrap
from typing import Any

import click


def print_rows(
    rows: Iterable[Mapping[str, Any]],
    format_: str,
    *,
    columns: Sequence[tuple[str, str]] = (),
    title: str = "",
    empty: str = "",
) -> None:
    """Print rows as a table, a JSON array, JSON lines or CSV.

    Args:
        rows: Mappings with the same keys; streamed for `jsonl` and `csv`.
        format_: `table`, `json`, `jsonl` or `csv`.
        columns: For tables: (key, heading) of the columns to show; empty means all.
        title: Above the table.
        empty: What to say on stderr when there is no row.
    """
    iterator = iter(rows)
    first = next(iterator, None)
    if first is None:
        if empty:
            click.echo(empty, err=True)
        if format_ == "json":
            click.echo("[]")
        return
    every = chain([first], iterator)
    if format_ == "jsonl":
        for row in every:
            click.echo(json.dumps(row, ensure_ascii=False))
    elif format_ == "json":
        click.echo(json.dumps(list(every), ensure_ascii=False, indent=2))
    elif format_ == "csv":
        _print_csv(every, list(first))
    else:
        print_table(list(every), columns or [(name, name) for name in first], title=title)


def _print_csv(rows: Iterable[Mapping[str, Any]], names: list[str]) -> None:
    from vocmine.export import spreadsheet_safe

    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(names)
    for row in rows:
        writer.writerow([spreadsheet_safe(row.get(name)) for name in names])


def print_table(
    rows: Sequence[Mapping[str, Any]], columns: Sequence[tuple[str, str]], *, title: str = ""
) -> None:
    """Print a table for people; numbers are right-aligned."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(
        title=title or None,
        title_justify="left",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        padding=(0, 1, 0, 0),
    )
    for name, heading in columns:
        numeric = all(isinstance(row.get(name), int | float | None) for row in rows)
        values = [cell(row.get(name)) for row in rows]
        table.add_column(
            _folded(heading, values),
            justify="right" if numeric else "left",
            overflow="fold",
        )
    for row in rows:
        # Text, not markup: a customer's "[b]" is not a style.
        table.add_row(*(Text(cell(row.get(name))) for name, _ in columns))
    console().print(table)


def _folded(heading: str, values: Sequence[str]) -> str:
    """A heading no wider than its column needs, so that the room goes to the quotes."""
    words = heading.split()
    width = max(map(len, [*words, *values]), default=1)
    return "\n".join(wrap(heading, width, break_long_words=False))


def console() -> Any:
    """A console on stdout that does not squeeze tables when the output is a file."""
    from rich.console import Console

    class Terminal(Console):
        def on_broken_pipe(self) -> None:
            # rich would exit with 1; `vocmine friction | head` is no error.
            raise BrokenPipeError

    width = None if sys.stdout.isatty() else 120
    return Terminal(width=width, highlight=False, soft_wrap=False)


def cell(value: Any) -> str:
    """A value as a person reads it."""
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:.2f}"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return str(value)


def note(text: str, *, quiet: bool = False) -> None:
    """Say something beside the data."""
    if not quiet:
        click.echo(text, err=True)


def relay_warnings(*, quiet: bool) -> set[str]:
    """Say on stderr, as notes, what the library logs as warnings (dates it could not read, …).

    Returns:
        What was said so far; it grows, and nothing is said twice.
    """
    notes = _Notes(quiet=quiet)
    logger = logging.getLogger("vocmine")
    logger.handlers = [notes]
    logger.propagate = False
    return notes.said


class _Notes(logging.Handler):
    def __init__(self, *, quiet: bool) -> None:
        super().__init__(logging.WARNING)
        self.quiet = quiet
        self.said: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage()
        if text not in self.said:
            self.said.add(text)
            note(f"Note: {text}", quiet=self.quiet)
