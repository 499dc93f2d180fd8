"""What the reading commands have in common: which rows, how many, from which store."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

import click

from vocmine.cli.options import check_codes

if TYPE_CHECKING:
    from vocmine.store import Store
    from vocmine.store.reading import Filter

F = TypeVar("F", bound=Callable[..., Any])

LOOSEN = "Loosen the filters, or run 'vocmine analyze FILE' to add messages."
"""What to do when nothing is found."""


@contextmanager
def open_store(db: str) -> Iterator[Store]:
    """The store to read; it must exist.

    Raises:
        StoreError: When it is missing, damaged or no vocmine store.
    """
    from vocmine.store import Store

    with Store(db, create=False) as store, store.file_errors():
        yield store


def rows_option(in_table: int) -> Callable[[F], F]:
    """`--limit` for listings: some rows in a table, every row in data for other programs."""
    return click.option(
        "--limit",
        type=click.IntRange(min=0),
        default=None,
        show_default=f"{in_table} in a table, all otherwise",
        help="Rows at most; 0 means all.",
    )


def rows_at_most(limit: int | None, format_: str, in_table: int) -> int:
    """The limit in force; 0 means all."""
    if limit is not None:
        return limit
    return in_table if format_ == "table" else 0


class Cut:
    """Rows up to a limit, which tells afterwards whether there were more.

    Args:
        rows: As many rows as there are, or at least one more than `limit`.
        limit: Rows to give at most; 0 means all.
    """

    def __init__(self, rows: Iterable[Mapping[str, Any]], limit: int) -> None:
        self._rows = iter(rows)
        self._limit = limit

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        return islice(self._rows, self._limit) if self._limit else self._rows

    def note_rest(self, format_: str) -> None:
        """Say that rows were left out, so that a table is not taken for the whole."""
        if format_ == "table" and self._limit and next(self._rows, None) is not None:
            first = "row" if self._limit == 1 else f"{self._limit} rows"
            click.echo(f"Only the first {first}; --limit 0 shows them all.", err=True)


def chosen_filter(store: Store, keep_duplicates: bool = False, /, **values: str | None) -> Filter:
    """A checked filter from the values of `filter_options` or `period_options`.

    A period without a message is no error; a note tells it, and from when to when there are some.

    Raises:
        UsageError: A code that the catalogue lacks, a date that is none, an unknown export.
    """
    from vocmine.errors import UsageError
    from vocmine.store.reading import Filter

    given: dict[str, Any] = {name: value or "" for name, value in values.items()}
    codes = ("friction", "stage", "phase", "pyramid", "touchpoint")
    check_codes(**{name: given[name] for name in codes if name in given})
    for name in ("since", "until"):
        if given.get(name):
            given[name] = checked_date(name, given[name])
    since, until = given.get("since"), given.get("until")
    if since and until and since >= until:
        raise UsageError(
            f"No day lies between --since {since} and --until {until}.",
            "--until is the first day left out.",
        )
    check_stored(store, source=given.get("source", ""))
    chosen = Filter(**given, keep_duplicates=keep_duplicates)
    if since or until:
        _note_empty_period(store, chosen)
    return chosen


def _note_empty_period(store: Store, chosen: Filter) -> None:
    from vocmine.store.reading import Filter, count_messages, first_and_last_day

    everything = Filter(source=chosen.source)
    if count_messages(store, chosen) or not count_messages(store, everything):
        return
    first, last = first_and_last_day(store, everything)
    there_are = f"the store's go from {first} to {last}" if first else "none has a date"
    click.echo(f"No analysed message falls in this period; {there_are}.", err=True)


def checked_date(name: str, value: str) -> str:
    """The date as `YYYY-MM-DD`.

    Raises:
        UsageError: When it is no date.
    """
    from datetime import date

    from vocmine.errors import UsageError

    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        raise UsageError(
            f"--{name} '{value}' is not a date.", f"Write it as in --{name} 2026-03-31."
        ) from None


_STORED = {
    "source": ("export named", "SELECT DISTINCT name FROM sources ORDER BY 1"),
    "channel": ("message of the channel", "SELECT DISTINCT channel FROM messages ORDER BY 1"),
    "country": ("message of the country", "SELECT DISTINCT country FROM messages ORDER BY 1"),
}


def check_stored(store: Store, **values: str) -> None:
    """Refuse a source, channel or country that the store does not have, listing those it has.

    Raises:
        UsageError: Names the value, and those there are.
    """
    from vocmine.errors import UsageError

    for option, value in values.items():
        what, sql = _STORED[option]
        known = [row[0] for row in store.conn.execute(sql) if row[0]]
        if value and value not in known:
            some = ", ".join(f"'{item}'" for item in known[:8]) or "none"
            raise UsageError(
                f"The store has no {what} '{value}'.",
                f"It has: {some}{', …' if len(known) > 8 else ''}.",
            )
