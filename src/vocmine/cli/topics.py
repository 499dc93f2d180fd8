"""`vocmine topics`: what customers talk about."""

from __future__ import annotations

import click

from vocmine.cli.by import keep_duplicates_option, note_copies
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
QUOTE = 90
NO_TOPICS = (
    "The store has no topics. Run 'vocmine analyze FILE' with the analyzer 'topic' and some dozens "
    "of messages."
)
COLUMNS = ("topic", "label", "terms", "messages", "segments", "quotes")


@click.command(
    epilog="""\b
Examples:
  vocmine topics
  vocmine topics --quotes 3 --limit 5
  vocmine topics --friction billing --since 2026-01-01
  vocmine topics --format jsonl > temas.jsonl

A message may belong to several topics. The quotes are the clauses most typical of the topic. With a
filter, topics are those of the messages with such an insight."""
)
@click.option(
    "--quotes",
    type=click.IntRange(0, 10),
    default=2,
    show_default=True,
    help="Quotes for each topic.",
)
@keep_duplicates_option
@filter_options
@db_option
@format_option
@lang_option
@rows_option(ROWS)
def topics(
    db: str,
    format_: str,
    lang: str,
    limit: int | None,
    quotes: int,
    keep_duplicates: bool,
    **filters: str | None,
) -> None:
    """List the topics customers talk about, with their terms and typical quotes."""
    from vocmine.cli.output import print_rows
    from vocmine.display import headings
    from vocmine.store.listing import topic_rows

    with open_store(db) as store:
        chosen = chosen_filter(store, keep_duplicates, **filters)
        found = topic_rows(store, chosen, quotes=quotes)
        rows = Cut(found, rows_at_most(limit, format_, ROWS))
        shown = (
            {**row, "quotes": "\n".join(f"«{shortened(q)}»" for q in row["quotes"])} for row in rows
        )
        columns = COLUMNS if quotes else COLUMNS[:-1]
        print_rows(
            shown if format_ == "table" else rows,
            format_,
            columns=headings(columns, lang),
            empty=f"No topic matches. {LOOSEN}" if any(filters.values()) else NO_TOPICS,
        )
        rows.note_rest(format_)
        if format_ == "table":
            note_copies(store, chosen)


def shortened(text: str) -> str:
    """A quote on one line of a table cell."""
    flat = " ".join(text.split())
    return flat if len(flat) <= QUOTE else flat[: QUOTE - 1].rstrip() + "…"
