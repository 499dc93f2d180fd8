"""`vocmine journey`: before, during and after the purchase."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from vocmine.cli.by import by_option, keep_duplicates_option, print_figures
from vocmine.cli.options import db_option, format_option, lang_option, period_options
from vocmine.cli.selection import LOOSEN, chosen_filter, open_store

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from vocmine.journey.control import Control
    from vocmine.store import Store
    from vocmine.store.reading import Filter

COLUMNS = (
    "place",
    "insights",
    "bar",
    "negative",
    "positive",
    "mean_polarity",
    "load",
    "moment",
    "messages",
)
TOUCHPOINTS = ("stage", "touchpoint", "control", "insights", "negative", "positive")
HANDOFFS = ("from_area", "to_area", "messages", "quotes")
_SHOWN = tuple(column for column in COLUMNS if column not in ("place", "bar"))
BARS = {100: 20, 0: 7}
"""Width of a terminal from which on the longest bar has so many characters."""


@click.command(
    epilog="""\b
Examples:
  vocmine journey
  vocmine journey --since 2026-01-01 --until 2026-04-01 --lang en
  vocmine journey --touchpoints
  vocmine journey --handoffs --format jsonl
  vocmine journey --by channel
  vocmine journey --format csv > recorrido.csv

A moment is named, the best or the worst, only where emotions of its tone are surely commoner than
elsewhere, or the score surely higher or lower with it; docs/journey.md has the rule."""
)
@click.option(
    "--touchpoints", is_flag=True, help="List the touchpoints of each stage, and who controls them."
)
@click.option(
    "--handoffs", is_flag=True, help="List the areas between which customers are passed on."
)
@click.option(
    "--control",
    default="",
    metavar="FILE",
    help="A TOML file that says who controls a touchpoint where it is not as usual.",
)
@by_option
@keep_duplicates_option
@period_options
@db_option
@format_option
@lang_option
def journey(
    db: str,
    format_: str,
    lang: str,
    by: str,
    keep_duplicates: bool,
    touchpoints: bool,
    handoffs: bool,
    control: str,
    **filters: str | None,
) -> None:
    """Show the journey: how much is said at each stage, how well it goes there, what is felt.

    Mean polarity goes from -2 (very negative) to 2 (very positive). The table adds a line for each
    phase; json, jsonl and csv hold one row for each stage. Copies of a message count once.
    """
    from vocmine.cli.output import note
    from vocmine.errors import UsageError
    from vocmine.journey.control import load_control
    from vocmine.store.reading import journey_rows

    if touchpoints and handoffs:
        raise UsageError("--touchpoints and --handoffs are two tables.", "Ask for one at a time.")
    owners = load_control(Path(control) if control else None)
    with open_store(db) as store:
        chosen = chosen_filter(store, keep_duplicates, **filters)
        if not any(row["insights"] for row in journey_rows(store, chosen)):
            note(f"No insight in this store or period. {LOOSEN}")
        view = (
            _touchpoints(store, owners, format_, lang)
            if touchpoints
            else _handoffs(store, format_, lang)
            if handoffs
            else _stages(store, format_, lang)
        )
        print_figures(store, chosen, by, format_, lang, rows=view[0], table=view[1])


View = tuple["Callable[[Filter], list[dict[str, Any]]]", "Callable[[Filter, str], None]"]
"""Rows of a filter, and what prints its table under a title."""


def _stages(store: Store, format_: str, lang: str) -> View:
    from vocmine.cli.output import print_rows
    from vocmine.display import headings
    from vocmine.journey.listing import stage_rows
    from vocmine.store.listing import phase_rows

    def table(part: Filter, title: str) -> None:
        shown = _grouped(phase_rows(store, part), stage_rows(store, part), lang)
        print_rows(shown, format_, columns=headings(COLUMNS, lang), title=title, lang=lang)

    return (lambda part: stage_rows(store, part)), table


def _touchpoints(store: Store, owners: Control, format_: str, lang: str) -> View:
    from vocmine.cli.output import print_rows
    from vocmine.display import headings, readable
    from vocmine.journey.listing import stages_of, touchpoint_rows

    def rows(part: Filter) -> list[dict[str, Any]]:
        return touchpoint_rows(stages_of(store, part, owners))

    def table(part: Filter, title: str) -> None:
        shown = [readable(row, lang) for row in rows(part)]
        print_rows(shown, format_, columns=headings(TOUCHPOINTS, lang), title=title, lang=lang)

    return rows, table


def _handoffs(store: Store, format_: str, lang: str) -> View:
    from vocmine.cli.output import print_rows
    from vocmine.display import headings
    from vocmine.journey.handoffs import handoffs
    from vocmine.journey.listing import handoff_rows
    from vocmine.store.frame import read_frame

    def rows(part: Filter) -> list[dict[str, Any]]:
        return handoff_rows(handoffs(store, read_frame(store, part)))

    def table(part: Filter, title: str) -> None:
        shown = [
            {**row, "from_area": row["from_area"] or "–", "to_area": row["to_area"] or "–"}
            | {"quotes": "\n".join(row["quotes"])}
            for row in rows(part)
        ]
        empty = "No message tells of being passed on from one area to another."
        columns = headings(HANDOFFS, lang)
        print_rows(shown, format_, columns=columns, title=title, lang=lang, empty=empty)

    return rows, table


def _grouped(
    phases: Sequence[Mapping[str, Any]], stages: Sequence[Mapping[str, Any]], lang: str
) -> list[dict[str, Any]]:
    """Each phase, its stages below; what has no phase only when something was said."""
    from vocmine.cli.output import console
    from vocmine.display import name_of, readable

    terminal = console().width
    full = next(characters for width, characters in BARS.items() if terminal >= width)
    longest = max((row["insights"] for row in stages), default=0)
    shown = []
    for phase in phases:
        if phase["phase"] == "unknown" and not phase["insights"]:
            continue
        shown.append({**phase, "place": name_of("phase", phase["phase"], lang).upper()})
        shown += [
            {
                **readable({key: stage[key] for key in _SHOWN}, lang),
                "place": f"  {name_of('stage', stage['stage'], lang)}",
                "bar": bar(stage["insights"], longest, full),
            }
            for stage in stages
            if stage["phase"] == phase["phase"] != "unknown"
        ]
    return [{"bar": "", "moment": "", "load": "", **row} for row in shown]


def bar(part: int, longest: int, full: int) -> str:
    """A bar in eighths of a character; something is never drawn as nothing."""
    eighths = max(round(part / longest * full * 8), part > 0) if longest else 0
    return "█" * (eighths // 8) + " ▏▎▍▌▋▊▉"[eighths % 8].strip()
