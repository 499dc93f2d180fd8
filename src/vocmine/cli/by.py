"""Figures of a whole selection, or of each value of a column: `--by`, `--keep-duplicates`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from vocmine.store import Store
    from vocmine.store.reading import Filter

F = TypeVar("F", bound=Callable[..., Any])
Rows = Iterable[Mapping[str, Any]]

_LABELS = {
    "(other)": ("(otros)", "(outros)", "(other)"),
    "(none)": ("(sin dato)", "(sem dado)", "(none)"),
}
_LANGS = ("es", "pt", "en")


def by_option(function: F) -> F:
    """`--by`: figures of each value of a column."""
    return click.option(
        "--by",
        default="",
        metavar="COLUMN",
        help="One result for each value of a column: channel, country, lang, source, score, month, "
        "or any other column of the export, such as Ciudad.",
    )(function)


def keep_duplicates_option(function: F) -> F:
    """`--keep-duplicates`: every copy counts."""
    return click.option(
        "--keep-duplicates",
        is_flag=True,
        help="Count every copy of a message, not the first only.",
    )(function)


def print_figures(
    store: Store,
    chosen: Filter,
    by: str,
    format_: str,
    lang: str,
    *,
    rows: Callable[[Filter], Rows],
    table: Callable[[Filter, str], None],
) -> None:
    """Print the figures of a selection, or with `by` of each of its parts.

    Args:
        store: Where they come from.
        chosen: Which messages.
        by: Name of a column, or empty.
        format_: `table`, `json`, `jsonl` or `csv`.
        lang: Of tables.
        rows: Figures of a filter; data formats get `by` and `value` before them.
        table: Prints the table of a filter under a title.

    Raises:
        UsageError: When `by` names no column.
    """
    from vocmine.cli.output import print_rows
    from vocmine.store.parts import parts

    if not by and format_ == "table":
        table(chosen, "")
    elif not by:
        print_rows(rows(chosen), format_)
    else:
        with parts(store, chosen, by) as found:
            if format_ == "table":
                for part in found:
                    name = value_name(part.value, lang)
                    table(part.chosen, f"\n{part.column}: {name} ({part.messages})")
            else:
                print_rows(_with_value(found, rows), format_)
    if format_ == "table":
        note_copies(store, chosen)


def _with_value(found: Iterable[Any], rows: Callable[[Filter], Rows]) -> Iterator[dict[str, Any]]:
    for part in found:
        for row in rows(part.chosen):
            yield {"by": part.column, "value": part.value, **row}


def value_name(value: str, lang: str) -> str:
    """A value as a table shows it."""
    return _LABELS[value][_LANGS.index(lang)] if value in _LABELS else value


def note_copies(store: Store, chosen: Filter) -> None:
    """Say how many copies the figures leave out."""
    from vocmine.cli.output import note
    from vocmine.store.reading import count_copies

    copies = count_copies(store, chosen)
    if copies == 1:
        note("1 message is a copy of another and is not counted; --keep-duplicates counts it.")
    elif copies:
        note(
            f"{copies} messages are copies of others and are not counted; "
            "--keep-duplicates counts them."
        )
