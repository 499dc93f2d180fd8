"""`vocmine insights`: what customers say, quote by quote."""

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

ROWS = 30
COLUMNS = ("external_id", "quote", "polarity", "friction", "stage", "pyramid", "touchpoint")


@click.command(
    epilog="""\b
Examples:
  vocmine insights
  vocmine insights --friction billing --polarity negative --limit 0
  vocmine insights --phase before --since 2026-01-01 --format csv > antes.csv
  vocmine insights --format jsonl | head -1

Codes of friction, stage, phase, pyramid and touchpoint: a wrong one lists those there are."""
)
@filter_options
@db_option
@format_option
@lang_option
@rows_option(ROWS)
def insights(db: str, format_: str, lang: str, limit: int | None, **filters: str | None) -> None:
    """List insights: each thing customers say, with its exact quote.

    Tables show names in --lang; json, jsonl and csv hold stable codes, one object for each insight.
    """
    from vocmine.cli.output import print_rows
    from vocmine.display import headings, readable
    from vocmine.store.reading import insight_rows

    with open_store(db) as store:
        chosen = chosen_filter(store, **filters)
        rows = Cut(insight_rows(store, chosen), rows_at_most(limit, format_, ROWS))
        print_rows(
            (readable(row, lang) for row in rows) if format_ == "table" else rows,
            format_,
            columns=headings(COLUMNS, lang),
            lang=lang,
            empty=f"No insight matches. {LOOSEN}",
        )
        rows.note_rest(format_)
