"""`vocmine friction`: what hurts, ranked."""

from __future__ import annotations

import click

from vocmine.cli.options import db_option, filter_options, format_option, lang_option
from vocmine.cli.selection import (
    LOOSEN,
    Cut,
    chosen_filter,
    open_store,
    rows_at_most,
    rows_option,
)

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

A friction point is a kind of obstacle at one stage and touchpoint. It is ranked by the messages
that complain of it; the quote is the strongest and surest of them."""
)
@filter_options
@db_option
@format_option
@lang_option
@rows_option(ROWS)
def friction(db: str, format_: str, lang: str, limit: int | None, **filters: str | None) -> None:
    """Rank the friction points by how many messages complain of each."""
    from vocmine.cli.output import print_rows
    from vocmine.display import headings, readable
    from vocmine.store.reading import friction_rows

    with open_store(db) as store:
        chosen = chosen_filter(store, **filters)
        ranked = ({"rank": rank, **row} for rank, row in enumerate(friction_rows(store, chosen), 1))
        rows = Cut(ranked, rows_at_most(limit, format_, ROWS))
        print_rows(
            (readable(row, lang) for row in rows) if format_ == "table" else rows,
            format_,
            columns=headings(COLUMNS, lang),
            lang=lang,
            empty=f"No friction point matches. {LOOSEN}",
        )
        rows.note_rest(format_)
