"""`vocmine friction`: what hurts, ranked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from vocmine.cli.by import by_option, keep_duplicates_option, print_figures
from vocmine.cli.options import db_option, filter_options, format_option, lang_option
from vocmine.cli.selection import (
    LOOSEN,
    Cut,
    chosen_filter,
    open_store,
    rows_at_most,
    rows_option,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vocmine.store.reading import Filter

ROWS = 20
COLUMNS = (
    "rank",
    "friction",
    "stage",
    "touchpoint",
    "messages",
    "share",
    "mean_polarity",
    "quote",
)


@click.command(
    epilog="""\b
Examples:
  vocmine friction
  vocmine friction --phase after --since 2026-01-01
  vocmine friction --touchpoint app --format json
  vocmine friction --by Ciudad --limit 3

A friction point is a kind of obstacle at one stage and touchpoint. It is ranked by the messages
that complain of it; the quote is the strongest and surest of them. Copies of
a message count once."""
)
@by_option
@keep_duplicates_option
@filter_options
@db_option
@format_option
@lang_option
@rows_option(ROWS)
def friction(
    db: str,
    format_: str,
    lang: str,
    limit: int | None,
    by: str,
    keep_duplicates: bool,
    **filters: str | None,
) -> None:
    """Rank the friction points by how many messages complain of each."""
    from vocmine.cli.output import print_rows
    from vocmine.display import headings, readable
    from vocmine.store.reading import friction_rows

    with open_store(db) as store:
        chosen = chosen_filter(store, keep_duplicates, **filters)
        most = rows_at_most(limit, format_, ROWS)

        def ranked(part: Filter) -> Iterator[dict[str, Any]]:
            return ({"rank": n, **row} for n, row in enumerate(friction_rows(store, part), 1))

        def table(part: Filter, title: str) -> None:
            rows = Cut(ranked(part), most)
            print_rows(
                (readable(row, lang) for row in rows),
                format_,
                columns=headings(COLUMNS, lang),
                title=title,
                lang=lang,
                empty=f"{title.strip()}{': ' * bool(title)}No friction point matches. {LOOSEN}",
            )
            rows.note_rest(format_)

        print_figures(
            store,
            chosen,
            by,
            format_,
            lang,
            rows=lambda part: Cut(ranked(part), most),
            table=table,
        )
