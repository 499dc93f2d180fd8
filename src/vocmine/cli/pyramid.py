"""`vocmine pyramid`: what is met and what is missed, from the base up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from vocmine.cli.by import by_option, keep_duplicates_option, print_figures
from vocmine.cli.options import db_option, format_option, lang_option, period_options
from vocmine.cli.selection import LOOSEN, chosen_filter, open_store

if TYPE_CHECKING:
    from vocmine.store.reading import Filter

COLUMNS = (
    "level",
    "met",
    "missed",
    "share_met",
    "low",
    "high",
    "verdict",
    "mean_polarity",
    "messages",
)
STAGES = ("stage", "level", "met", "missed", "share_met", "low", "high", "verdict")


@click.command(
    epilog="""\b
Examples:
  vocmine pyramid
  vocmine pyramid --source quejas.xlsx --lang en
  vocmine pyramid --stages
  vocmine pyramid --by month
  vocmine pyramid --format json

The experience pyramid is built from the bottom: first it must be of use (utility), then be easy
(usability), then be enjoyable. A level that is missed below spoils those above. From and to are
the 95% interval of the share met; a level is met or missed when it lies on one side of a half."""
)
@click.option("--stages", is_flag=True, help="Judge each level at each stage of the journey.")
@by_option
@keep_duplicates_option
@period_options
@db_option
@format_option
@lang_option
def pyramid(
    db: str,
    format_: str,
    lang: str,
    by: str,
    keep_duplicates: bool,
    stages: bool,
    **filters: str | None,
) -> None:
    """Show the experience pyramid: how often each level is met and missed, and a verdict."""
    from vocmine.cli.output import note, print_rows
    from vocmine.display import headings, readable
    from vocmine.journey.listing import level_rows
    from vocmine.verdict import pyramid_verdict

    with open_store(db) as store:
        chosen = chosen_filter(store, keep_duplicates, **filters)

        def by_stage(part: Filter) -> list[dict[str, Any]]:
            from vocmine.journey.levels import pyramid_levels
            from vocmine.journey.listing import levels_by_stage
            from vocmine.store.frame import read_frame

            return levels_by_stage(pyramid_levels(read_frame(store, part)))

        def stage_table(part: Filter, title: str) -> None:
            shown = [readable(row, lang) for row in by_stage(part)]
            print_rows(shown, format_, columns=headings(STAGES, lang), title=title, lang=lang)

        def table(part: Filter, title: str) -> None:
            rows = level_rows(store, part)
            # Drawn as a pyramid: the base is the last line.
            shown = [readable(row, lang) for row in reversed(rows)]
            print_rows(shown, format_, columns=headings(COLUMNS, lang), title=title, lang=lang)
            click.echo(pyramid_verdict(rows, lang))

        if not any(row["insights"] for row in level_rows(store, chosen)):
            note(f"No insight about the pyramid in this store or period. {LOOSEN}")
        print_figures(
            store,
            chosen,
            by,
            format_,
            lang,
            rows=by_stage if stages else lambda part: level_rows(store, part),
            table=stage_table if stages else table,
        )
