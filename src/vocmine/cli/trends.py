"""`vocmine trends`: figures over time, and what changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import click

from vocmine.cli.by import keep_duplicates_option, note_copies
from vocmine.cli.options import (
    db_option,
    events_option,
    format_option,
    grain_option,
    lang_option,
    period_options,
)
from vocmine.cli.selection import chosen_filter, open_store

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vocmine.store.frame import Frame
    from vocmine.trends.events import Event
    from vocmine.trends.rows import Series
    from vocmine.trends.series import Grain

ALL = "all"
CHANGES = ("period", "note", "event")
SERIES = ("name", "bar", "lowest", "highest", "last")
POINTS_SHOWN = 10
"""Friction points in the table; `--series all` holds every one that is followed."""
EFFECTS = ("event_name", "day", "before", "after", "interval", "messages")


@click.command(
    epilog="""\b
Examples:
  vocmine trends
  vocmine trends --grain month --lang en
  vocmine trends --events fechas.csv
  vocmine trends --series negative --format csv > negativos.csv
  vocmine trends --series delay/delivery/delivery
  vocmine trends --events fechas.csv --effects --format jsonl

A change is told when it is both surer than chance, all tests taken together, and big enough to
matter: docs/trends.md says how. fechas.csv has a line 'fecha,evento' (and 'fin', where events
last), and one event a line. An event beside a change coincides with it; that it caused it is for
people to judge."""
)
@grain_option
@events_option
@click.option(
    "--series",
    "name",
    default="",
    metavar="NAME",
    help="Only one series, period by period: messages, negative, neutral, positive, score, nps, "
    f"a friction point as friction/stage/touchpoint, or {ALL}.",
)
@click.option("--effects", is_flag=True, help="Only before and after each of the --events.")
@keep_duplicates_option
@period_options
@db_option
@format_option
@lang_option
def trends(
    grain: str | None,
    events: str,
    name: str,
    effects: bool,
    db: str,
    format_: str,
    lang: str,
    keep_duplicates: bool,
    **filters: str | None,
) -> None:
    """Show figures over time and what changed: spikes, new levels, new and gone friction points.

    The table shows series, changes and events; json, jsonl and csv hold the changes, unless
    --series or --effects asks for something else.
    """
    from vocmine.errors import UsageError
    from vocmine.store.frame import read_frame
    from vocmine.trends.events import load_events
    from vocmine.trends.series import timeline

    if effects and not events:
        raise UsageError("--effects needs --events.", "Name the file of dates: --events fechas.csv")
    context = load_events(events) if events else ()
    with open_store(db) as store:
        chosen = chosen_filter(store, keep_duplicates, **filters)
        frame = read_frame(store, chosen)
        periods = timeline(frame, cast("Grain | None", grain))
        if name:
            print_series(frame, periods, name, format_, lang)
        elif effects:
            print_effects(frame, context, format_, lang)
        else:
            if format_ == "table":
                _print_all_series(frame, periods, lang)
            print_changes(frame, periods, context, format_, lang)
            if format_ == "table" and context:
                print_effects(frame, context, format_, lang)
        if format_ == "table":
            note_copies(store, chosen)


def print_changes(
    frame: Frame, periods: Sequence[str], events: Sequence[Event], format_: str, lang: str
) -> None:
    """Print the changes, newest first; notes tell what could not be tested."""
    from vocmine.cli.output import note, print_rows
    from vocmine.trends.changes import changes
    from vocmine.trends.limits import LEAST_PERIODS
    from vocmine.trends.listing import change_data
    from vocmine.trends.series import complete
    from vocmine.trends.wording import change_row, headings, words

    said = words(lang)
    found = changes(frame, periods, events)
    if format_ != "table":
        print_rows(map(change_data, found), format_)
    elif found:
        # The column of events only where there are some.
        columns = CHANGES if any(change.event for change in found) else CHANGES[:-1]
        print_rows(
            (change_row(change, lang) for change in found),
            format_,
            columns=headings(columns, lang),
            title=said["title_changes"],
            lang=lang,
        )
    whole = complete(frame, periods)
    if not periods:
        note(said["no_dates"])
    elif whole.sum() < LEAST_PERIODS:
        note(said["few_periods"].format(n=whole.sum(), least=LEAST_PERIODS))
    elif not found and format_ == "table":
        click.echo(said["nothing"])
    partial = [key for key, is_whole in zip(periods, whole, strict=True) if not is_whole]
    if partial:
        note(f"Not whole in the data, so shown and not tested: {', '.join(partial)}.")


def print_series(frame: Frame, periods: Sequence[str], name: str, format_: str, lang: str) -> None:
    """Print one series, or all of them, period by period.

    Raises:
        UsageError: There is no such series; the hint lists those there are.
    """
    from vocmine.cli.output import note, print_rows
    from vocmine.errors import UsageError
    from vocmine.trends.listing import series_data
    from vocmine.trends.series import series
    from vocmine.trends.wording import words

    every = series(frame, periods) if periods else []
    wanted = [row for row in every if name in (ALL, row.name)]
    if not every:
        note(words(lang)["no_dates"])
    elif not wanted:
        raise UsageError(
            f"There is no series '{name}'.",
            f"Use one of: {', '.join([ALL, *(row.name for row in every)])}.",
        )
    if format_ != "table":
        print_rows((data for row in wanted for data in series_data(row)), format_)
    for row in wanted if format_ == "table" else ():
        _print_periods(row, lang)


def _print_periods(row: Series, lang: str) -> None:
    from vocmine.cli.journey import bar
    from vocmine.cli.output import print_rows
    from vocmine.trends.wording import amount, headings, period_name, series_name

    longest = max(value for value in row.values if value is not None)
    longest = longest if longest > 0 else 1
    print_rows(
        (
            {
                "period": period_name(period, lang),
                "amount": amount(row.name, value, lang),
                # In thousandths of the longest; an NPS below 0 has no length.
                "bar": bar(round(max(value or 0, 0) / longest * 1000), 1000, 20),
                "messages": count,
            }
            for period, value, count in zip(row.periods, row.values, row.counts, strict=True)
        ),
        "table",
        columns=headings(("period", "amount", "bar", "messages"), lang),
        title=series_name(row.name, lang),
        lang=lang,
    )


def _print_all_series(frame: Frame, periods: Sequence[str], lang: str) -> None:
    from vocmine.cli.output import print_rows
    from vocmine.trends.series import series
    from vocmine.trends.wording import headings, period_name, series_row, words

    if not periods:
        return
    every = series(frame, periods)
    figures = [row for row in every if "/" not in row.name]
    shown = figures + [row for row in every if "/" in row.name][:POINTS_SHOWN]
    span = f"{period_name(periods[0], lang)} – {period_name(periods[-1], lang).lower()}"
    print_rows(
        (series_row(row, lang) for row in shown),
        "table",
        columns=headings(SERIES, lang),
        title=f"{words(lang)['title_series']}: {span[:1].lower()}{span[1:]}",
        lang=lang,
    )


def print_effects(frame: Frame, events: Sequence[Event], format_: str, lang: str) -> None:
    """Print the share of negative messages before and after each event."""
    from vocmine.cli.output import print_rows
    from vocmine.trends.events import event_effects
    from vocmine.trends.listing import effect_data
    from vocmine.trends.wording import effect_row, headings, words

    found = event_effects(frame, events)
    if format_ != "table":
        print_rows(map(effect_data, found), format_)
        return
    rows: list[dict[str, Any]] = [effect_row(effect, lang) for effect in found]
    print_rows(
        rows,
        format_,
        columns=headings(EFFECTS, lang),
        title=words(lang)["title_events"],
        lang=lang,
    )
