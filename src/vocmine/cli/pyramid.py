"""`vocmine pyramid`: what is met and what is missed, from the base up."""

from __future__ import annotations

import click

from vocmine.cli.options import db_option, format_option, lang_option, period_options
from vocmine.cli.selection import LOOSEN, chosen_filter, open_store

COLUMNS = ("level", "met", "missed", "share_met", "mean_polarity", "messages")


@click.command(
    epilog="""\b
Examples:
  vocmine pyramid
  vocmine pyramid --source quejas.xlsx --lang en
  vocmine pyramid --format json

The experience pyramid is built from the bottom: first it must be of use (utility), then be easy
(usability), then be enjoyable. A level that is missed below spoils those above."""
)
@period_options
@db_option
@format_option
@lang_option
def pyramid(db: str, format_: str, lang: str, **filters: str | None) -> None:
    """Show the experience pyramid: how often each level is met and missed, and a verdict."""
    from vocmine.cli.output import note, print_rows
    from vocmine.display import headings, readable
    from vocmine.store.listing import level_rows
    from vocmine.verdict import pyramid_verdict

    with open_store(db) as store:
        rows = level_rows(store, chosen_filter(store, **filters))
        if not any(row["insights"] for row in rows):
            note(f"No insight about the pyramid in this store or period. {LOOSEN}")
        if format_ == "table":
            # Drawn as a pyramid: the base is the last line.
            shown = [readable(row, lang) for row in reversed(rows)]
            print_rows(shown, format_, columns=headings(COLUMNS, lang), lang=lang)
            click.echo(pyramid_verdict(rows, lang))
        else:
            print_rows(rows, format_)
