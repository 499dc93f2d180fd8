"""Printing rows: stdout is data, stderr is progress and notes."""

from __future__ import annotations

import csv
import json
import logging
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from itertools import chain
from textwrap import wrap
from typing import TYPE_CHECKING, Any, Literal

import click

if TYPE_CHECKING:
    from rich.console import Console


PROSE = frozenset("error example finding metrics name quote quotes snippet terms why".split())
"""Columns of running text: they are wrapped, and get the room that the others leave."""
SPARE = tuple(
    "bar mean_polarity load low high moment share segments unchanged changed new file".split()
)
"""Columns that a narrow terminal can do without, in the order in which they go."""
PROSE_WIDTHS = (20, 40)
"""Characters of a column of running text: at least, and before other columns grow."""
LONGEST_WORD = 24
"""Characters of a word that are never broken; an identifier may be longer."""
FILE_WIDTH = 120
"""Of tables that go to a file or a pipe, unless COLUMNS says otherwise."""


def print_rows(
    rows: Iterable[Mapping[str, Any]],
    format_: str,
    *,
    columns: Sequence[tuple[str, str]] = (),
    title: str = "",
    empty: str = "",
    lang: str = "en",
) -> None:
    """Print rows as a table, a JSON array, JSON lines or CSV.

    Args:
        rows: Mappings with the same keys; streamed for `jsonl` and `csv`.
        format_: `table`, `json`, `jsonl` or `csv`.
        columns: For tables: (key, heading) of the columns to show; empty means all.
        title: Above the table.
        empty: What to say on stderr when there is no row.
        lang: For tables: whose decimal sign figures have.
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
        shown = columns or [(name, name) for name in first]
        print_table(list(every), shown, title=title, lang=lang)


def _print_csv(rows: Iterable[Mapping[str, Any]], names: list[str]) -> None:
    from vocmine.export import spreadsheet_safe

    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(names)
    for row in rows:
        writer.writerow([spreadsheet_safe(row.get(name)) for name in names])


def print_table(
    rows: Sequence[Mapping[str, Any]],
    columns: Sequence[tuple[str, str]],
    *,
    title: str = "",
    lang: str = "en",
) -> None:
    """Print a table for people; numbers are right-aligned and no word is broken.

    Where the terminal is too narrow, the columns in `SPARE` are left out, which a note tells; where
    that does not do, each row is printed as a paragraph that holds everything.
    """
    out = console()
    every = [_column(rows, name, heading, lang) for name, heading in columns]
    kept = list(every)
    for name in SPARE:
        if _least_width(kept) > out.width:
            kept = [column for column in kept if column.name != name]
    if _least_width(kept) > out.width:
        _print_paragraphs(every, out.width, title)
        return
    _print_grid(kept, out, title)
    left_out = [column.heading for column in every if column not in kept]
    if left_out:
        note(f"Not shown in {out.width} characters a line: {', '.join(left_out)}.")


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of a table: its cells as they are printed, and the widths that suit it."""

    name: str
    heading: str
    cells: list[str]
    numeric: bool
    least: int
    """Narrowest width without a broken word."""
    most: int
    """Width at which no cell is wrapped; headings may be."""


def _column(rows: Sequence[Mapping[str, Any]], name: str, heading: str, lang: str) -> _Column:
    from rich.cells import cell_len

    values = [row.get(name) for row in rows]
    cells = [cell(value, lang) for value in values]
    lines = [line for text in cells for line in text.splitlines()]
    # What a line is indented by stays with its first word, and a % with its figure.
    words = [word for line in lines for word in re.findall(r"(?:^\s*)?\S+(?: %)?", line)]
    of_heading = max(map(cell_len, heading.split()), default=1)
    most = max([of_heading, *map(cell_len, lines)])
    if name in PROSE:
        least = max(of_heading, min(PROSE_WIDTHS[0], most))
    else:
        least = max(of_heading, min(LONGEST_WORD, max(map(cell_len, words), default=1)))
    numeric = all(isinstance(value, int | float | None) for value in values)
    return _Column(name, heading, cells, numeric, least, most)


def _least_width(columns: Sequence[_Column]) -> int:
    """Of a table: two characters between columns, and one on either side."""
    return sum(column.least + 2 for column in columns)


def _widths(columns: Sequence[_Column], room: int) -> list[int]:
    """Running text grows to a comfortable width first, then the others, then running text again."""
    widths = [column.least for column in columns]
    left = room - _least_width(columns)
    comfortable = PROSE_WIDTHS[1]
    for goals in (
        [min(c.most, comfortable) if c.name in PROSE else c.least for c in columns],
        [c.least if c.name in PROSE else c.most for c in columns],
        [c.most for c in columns],
    ):
        while left > 0 and any(map(int.__lt__, widths, goals)):
            for position, goal in enumerate(goals):
                if left > 0 and widths[position] < goal:
                    widths[position] += 1
                    left -= 1
    return widths


def _print_grid(columns: Sequence[_Column], out: Console, title: str) -> None:
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
    for column, width in zip(columns, _widths(columns, out.width), strict=True):
        justify: Literal["left", "right"] = "right" if column.numeric else "left"
        table.add_column(Text(column.heading), justify=justify, overflow="fold", width=width)
    for cells in zip(*(column.cells for column in columns), strict=True):
        # Text, not markup: a customer's "[b]" is not a style.
        table.add_row(*map(Text, cells))
    out.print(table)


def _print_paragraphs(columns: Sequence[_Column], width: int, title: str) -> None:
    """Each row as its first cell and what the others say; running text begins a line."""
    click.echo(title)
    first, *others = columns
    for row, start in enumerate(first.cells):
        facts = [f"{c.heading}: {c.cells[row].strip()}" for c in others if c.name not in PROSE]
        _wrapped(" · ".join([start, *facts]), width)
        for column in others:
            if column.name in PROSE:
                head, *rest = column.cells[row].splitlines() or [""]
                _wrapped(f"  {column.heading}: {head}", width)
                for line in rest:
                    _wrapped(f"    {line}", width)
    click.echo()


def _wrapped(text: str, width: int) -> None:
    click.echo("\n".join(wrap(text, width, subsequent_indent="    ", break_on_hyphens=False)))


def console() -> Console:
    """A console on stdout that does not squeeze tables when the output is a file."""
    from rich.console import Console

    class Terminal(Console):
        def on_broken_pipe(self) -> None:
            # rich would exit with 1; `vocmine friction | head` is no error.
            raise BrokenPipeError

    as_wide_as_the_terminal = sys.stdout.isatty() or os.environ.get("COLUMNS", "").isdigit()
    width = None if as_wide_as_the_terminal else FILE_WIDTH
    return Terminal(width=width, highlight=False, soft_wrap=False)


def cell(value: Any, lang: str = "en") -> str:
    """A value as a person reads it."""
    from vocmine.display import decimal

    if value is None:
        return "–"
    if isinstance(value, float):
        return decimal(value, lang)
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return str(value)


def note(text: str, *, quiet: bool = False) -> None:
    """Say something beside the data."""
    if not quiet:
        click.echo(text, err=True)


@contextmanager
def results_only() -> Iterator[None]:
    """What is printed meanwhile goes to standard error: standard output is for results.

    Not only what Python prints: a plugin's libraries, and programs that it starts, write to the
    file behind it.
    """
    try:
        sys.stdout.flush()
        kept = os.dup(1)
        os.dup2(2, 1)
    except (OSError, ValueError):  # closed, or no file at all
        kept = -1
    try:
        with redirect_stdout(sys.stderr):
            yield
    finally:
        if kept >= 0:
            os.dup2(kept, 1)
            os.close(kept)


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
