"""`vocmine changes`: only what changed."""

from __future__ import annotations

from typing import cast

import click

from vocmine.cli.by import keep_duplicates_option
from vocmine.cli.options import (
    db_option,
    events_option,
    format_option,
    grain_option,
    lang_option,
    period_options,
)
from vocmine.cli.selection import chosen_filter, open_store


@click.command(
    epilog="""\b
Examples:
  vocmine changes
  vocmine changes --format jsonl
  vocmine changes --grain month --events fechas.csv --lang en

Kinds in data are spike, shift (a level that stays), new, gone (a friction point) and drift (praise
that becomes mere mention). 'vocmine trends' shows the series beside them."""
)
@grain_option
@events_option
@keep_duplicates_option
@period_options
@db_option
@format_option
@lang_option
def changes(
    grain: str | None,
    events: str,
    db: str,
    format_: str,
    lang: str,
    keep_duplicates: bool,
    **filters: str | None,
) -> None:
    """List what changed: spikes, new levels, new and gone friction points, fading praise."""
    from vocmine.cli.trends import print_changes
    from vocmine.store.frame import read_frame
    from vocmine.trends.events import load_events
    from vocmine.trends.series import Grain, timeline

    context = load_events(events) if events else ()
    with open_store(db) as store:
        frame = read_frame(store, chosen_filter(store, keep_duplicates, **filters))
    periods = timeline(frame, cast("Grain | None", grain))
    print_changes(frame, periods, context, format_, lang)
